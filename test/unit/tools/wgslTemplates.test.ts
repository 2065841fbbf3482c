/** The build's WGSL templates: they say the same as the source's, in every kernel. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { describe, expect, it } from 'vitest';
import { root } from '../../../tools/environment.mjs';
import { compileTemplates, wgslTemplates } from '../../../tools/lib/wgslTemplates';
import { inFull } from '../../support/sample';
import { type KernelText, kernelTexts } from './kernelTexts';

const compiled = (code: string) => compileTemplates(code, 'kernel.ts').code;

/** The value of an expression of `x`, compiled. */
function result(code: string, x: number): unknown {
  return new Function('x', `return ${compiled(code)}`)(x);
}

/** WGSL as its tokens, without comments. */
function tokens(text: string): string {
  const found = text
    .replace(/\/\/[^\n]*/g, '')
    .match(/[A-Za-z_]\w*|(?:\d[\w.]*|\.\d\w*)(?:(?<=[eE])[-+]\w+)?|[-+*/%<>=!&|^]+|[^\s\w]/g);
  return (found ?? []).join(' ');
}

describe('templates of the build', () => {
  it('lose comments, indentation and the space that separates nothing', () => {
    const code = [
      'wgsl`',
      '  // What it is.',
      '  let a = b + c - -d; // why',
      '  fn f(x: u32, y: vec2<f32>) -> f32 {',
      '    return x;',
      '  }',
      '`',
    ].join('\n');
    expect(result(code, 0)).toBe('\nlet a=b+c- -d;fn f(x:u32,y:vec2<f32>)->f32{return x;}');
  });

  it('keep the space around values, which may begin or end with anything', () => {
    expect(result(`\`a - \${x} - b / \${x}\``, -1)).toBe('a- -1 -b/ -1');
  });

  it('choose by #if, #elif and #else, also one in another', () => {
    const code = `wgsl\`
#if \${x > 2}
let a = 1;
  #if \${x > 3}
let b = 1;
  #endif
#elif \${x > 1}
let a = 2;
#else
let a = \${x};
#endif
end\``;
    const lines = [0, 2, 3, 4].map((x) => String(result(code, x)).trim());
    expect(lines).toEqual(['let a= 0;end', 'let a=2;end', 'let a=1;end', 'let a=1;\nlet b=1;end']);
  });

  it('leave errors as they are', () => {
    const code = 'throw new Error(`kernel a: expected b, found c; use d`);';
    expect(compiled(code)).toBe(code);
  });

  it.each([
    ['a comment that holds a value', `wgsl\`// \${x}\n\``, 'a comment holds a value'],
    ['an #if that is never closed', `wgsl\`#if \${x} a\``, '#if without #endif'],
    ['an #endif alone', 'wgsl`a #endif`', '#endif is out of place'],
    ['an #else after #else', `wgsl\`#if \${x} a #else b #else c #endif\``, '#else is out of place'],
    ['an #if without a value', 'wgsl`#if a`', '#if needs a value'],
    ['another directive', 'wgsl`#define a`', 'unknown directive #define'],
  ])('refuse %s', (_, code, message) => {
    expect(() => compiled(code)).toThrow(`kernel.ts: ${message}`);
  });
});

describe('the kernels', () => {
  const stride = inFull(1, 12);

  it('say the same token by token when they come from compiled templates, whichever file they are of', async () => {
    const server = await createServer({
      configFile: false,
      root,
      logLevel: 'error',
      appType: 'custom',
      plugins: [wgslTemplates],
      server: { middlewareMode: true, watch: null, hmr: false, ws: false },
      optimizeDeps: { noDiscovery: true },
    });
    try {
      const built = await server.ssrLoadModule('/test/unit/tools/kernelTexts.ts');
      const compiledTexts: readonly KernelText[] = built.kernelTexts(stride);
      const texts = kernelTexts(stride);
      expect(compiledTexts).toHaveLength(texts.length);
      texts.forEach(({ name, label, text }, i) => {
        const other = compiledTexts[i];
        expect([other?.name, other?.label]).toEqual([name, label]);
        expect(other?.text.length).toBeLessThan(text.length);
        if (tokens(other?.text ?? '') !== tokens(text)) expect(other?.text, name).toBe(text);
      });
      expect(filesWithout(new Set(texts.map(({ name }) => name)))).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

/** Files of kernels of which none has a name that begins like one of these. */
function filesWithout(names: ReadonlySet<string>): readonly string[] {
  const files = readdirSync(join(root, 'shaders'), { recursive: true, encoding: 'utf8' });
  const kernels = files.filter((file) => file.endsWith('.wgsl.ts'));
  return kernels.filter((file) => {
    const text = readFileSync(join(root, 'shaders', file), 'utf8');
    const own = [...text.matchAll(/^ *name: ['`](\w+)/gm)].map(([, name = '']) => name);
    return !own.some((name) => [...names].some((known) => known.startsWith(name)));
  });
}
