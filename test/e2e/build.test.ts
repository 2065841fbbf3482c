/** What `npm run build` writes: a library that loads anywhere, its types, and a site that translates. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { translateInPage } from '../../tools/lib/demoPage';
import { runCommand } from '../support/command';
import { ROOT } from '../support/sourceScan';

const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-build-'));
  const { code, stderr, stdout } = await runCommand('build', '--json', '--out', folder);
  expect(code, stderr).toBe(0);
  const { files } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const library = files.find(({ path }: { path: string }) => path.endsWith('lib/index.js'));
  process.stdout.write(`library: ${library.bytes} bytes, ${library.gzipBytes} gzipped\n`);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('the library loads in plain Node without touching navigator', async () => {
  const script = `
    Object.defineProperty(globalThis, 'navigator', {
      get() { throw new Error('navigator was touched at import'); },
    });
    const { Translator } = await import(${JSON.stringify(join(folder, 'lib/index.js'))});
    console.log(typeof Translator.load);
  `;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await run(process.execPath, args);
  expect(stdout.trim()).toBe('function');
});

it('the types resolve for a strict consumer without any other types', async () => {
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: [],
    noEmit: true,
    skipLibCheck: false,
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(
    join(folder, 'consumer.ts'),
    `import { type Translation, Translator } from './lib/index.js';
    import { transformer } from './lib/models.js';
    export { selfCheck } from './lib/selfcheck.js';
    export async function french(text: string): Promise<string> {
      const translator = await Translator.load('./models/toy-transformer/', { kinds: [transformer] });
      const translation: Translation = await translator.translate(text);
      return translation.target;
    }`,
  );
  const config = join(folder, 'tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', config]);
  expect(stdout).toBe('');
});

it('the site translates', async () => {
  const server = await preview({
    configFile: false,
    root: folder,
    appType: 'mpa',
    logLevel: 'error',
    build: { outDir: join(folder, 'site') },
    preview: { port: 0 },
  });
  try {
    const url = server.resolvedUrls?.local[0] ?? '';
    const sentence = 'the small black cat sees a big house';
    const { target } = await translateInPage(url, sentence, { model: 'toy-transformer' });
    expect(target).toBe('le petit chat noir voit une grande maison');
  } finally {
    await server.close();
  }
});
