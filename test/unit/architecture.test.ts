/** The rules of DESIGN.md that a compiler does not check: layers, cycles, orphans, sizes, `any`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Edge,
  importCycles,
  importEdges,
  LAYERS,
  layerViolation,
  reachable,
} from '../support/layers';
import { ROOT, resolveImport, scanFolders, scanSource } from '../support/sourceScan';

const library = scanFolders('src', 'shaders');
const everything = [...library, ...scanFolders('demo', 'tools', 'bench', 'test')];
const edges = importEdges(library);
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the source', () => {
  it('imports only from lower layers, and never across folders of a layer', () => {
    expect(edges.length).toBeGreaterThan(100);
    expect(edges.map(layerViolation).filter((text) => text !== undefined)).toEqual([]);
  });

  it('imports only files that exist', () => {
    const known = new Set(library.map(({ path }) => path));
    expect(edges.filter(({ to }) => !known.has(to) && !to.endsWith('.d.ts'))).toEqual([]);
  });

  it('has the layers of the README', () => {
    const [, diagram = ''] = /## Layers[\s\S]*?```\n([\s\S]*?)```/.exec(readme) ?? [];
    const rows = diagram.trimEnd().split('\n');
    expect(rows.map((row) => row.split(/ {2,}/)[0]?.split(', '))).toEqual(LAYERS);
  });

  it('has no import cycles, type imports included', () => {
    expect(importCycles(edges)).toEqual([]);
  });

  it('has no shader that no op and no compiler pass uses', () => {
    const users = library.filter(({ path }) => /^src\/(ops|compiler)\//.test(path));
    const used = reachable(
      edges,
      users.map(({ path }) => path),
    );
    const shaders = library.filter(({ path }) => path.endsWith('.wgsl.ts'));
    expect(shaders.length).toBeGreaterThan(0);
    expect(shaders.map(({ path }) => path).filter((path) => !used.has(path))).toEqual([]);
  });

  it('keeps shaders free of src', () => {
    const upwards = edges.filter(
      ({ from, to }) => from.startsWith('shaders/') && !to.startsWith('shaders/'),
    );
    expect(upwards).toEqual([]);
  });

  it('needs no package except the WGSL preprocessor, and in few files others', () => {
    const packages = library.flatMap(({ path, specifiers }) =>
      specifiers.filter((text) => !text.startsWith('.')).map((text) => `${path}: ${text}`),
    );
    const others = packages.filter((text) => !text.includes('wgsl-preprocessor/'));
    const folder = 'src/text/published';
    expect(others.toSorted()).toEqual([
      ...['sha2', 'utils'].map((name) => `src/io/cache/modelCache.ts: @noble/hashes/${name}.js`),
      `${folder}/chatTemplate.ts: @huggingface/jinja`,
      `${folder}/jsonParts.ts: @huggingface/tokenizers`,
      `${folder}/renderBounded.ts: @huggingface/jinja`,
      `${folder}/tokenizerJson.ts: @huggingface/tokenizers`,
    ]);
  });

  it('does not touch navigator while it loads', () => {
    const touching = library.flatMap(({ path, navigatorLines }) =>
      navigatorLines.map((line) => `${path}:${line}`),
    );
    expect(touching).toEqual([]);
  });

  it('has no file longer than 400 lines', () => {
    const long = everything.filter(({ lines }) => lines > 400);
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('has no comment that Markdown, and so the API pages, take for the address of a link', () => {
    const found = library.flatMap(({ path }) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split('\n')
        .filter((line) => /^\s*(\/\*\*|\*) \[[^\]]*\]: /.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('has no `any`', () => {
    const found = everything.flatMap(({ path, anyLines }) =>
      anyLines.map((line) => `${path}:${line}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the scanner', () => {
  const scan = (text: string) => scanSource('src/core/x.ts', text);

  it('finds every kind of import, and none in comments and strings', () => {
    const { specifiers } = scan(`
      import a from './a'; import type { B } from './b'; import './c';
      export { d } from './d'; export * from './e'; export type { F } from './f';
      const g = () => import('./g'); type H = import('./h').H; type I = typeof import('./i');
      // import j from './j'
      const k = "import k from './k'";
    `);
    const letters = [...'abcdefghi'].map((letter) => `./${letter}`);
    expect(specifiers.toSorted()).toEqual(letters);
  });

  it('finds navigator only where it is read at load', () => {
    const { navigatorLines } = scan(
      [
        'const gpu = navigator.gpu;',
        'const f = () => navigator.gpu;',
        'class A { static x = navigator.gpu; y = navigator.gpu; z() { return navigator.gpu; } }',
        'const b = { navigator: 1 }; // navigator',
        'const c = globalThis.navigator;',
        'export function d(e = navigator.gpu) { return e; }',
      ].join('\n'),
    );
    expect(navigatorLines).toEqual([1, 3, 5]);
  });

  it('finds any as a type, as a cast and inside another type, but not as a word', () => {
    const { anyLines } = scan(
      'let a: any;\nconst b = 1 as any;\nlet c: Map<string, any[]>;\nconst any = 1; // any',
    );
    expect(anyLines).toEqual([1, 2, 3]);
  });
});

describe('the import rule', () => {
  const judge = (from: string, to: string) => layerViolation({ from, to }) === undefined;

  it('allows downwards, within a folder, and an op of another op', () => {
    expect(judge('src/models/a.ts', 'src/nn/b.ts')).toBe(true);
    expect(judge('src/nn/a.ts', 'src/nn/b.ts')).toBe(true);
    expect(judge('src/core/a.ts', 'shaders/lib/b.ts')).toBe(true);
    expect(judge('src/ops/sum/op.ts', 'src/ops/view/op.ts')).toBe(true);
    expect(judge('src/ops/sum/op.ts', 'src/ops/rows.ts')).toBe(true);
    expect(judge('src/ops/functions.ts', 'src/ops/sum/op.ts')).toBe(true);
  });

  it('forbids upwards, across, and the inside of another op', () => {
    expect(judge('src/nn/a.ts', 'src/models/b.ts')).toBe(false);
    expect(judge('src/nn/a.ts', 'src/text/b.ts')).toBe(false);
    expect(judge('src/gpu/a.ts', 'src/cpu/b.ts')).toBe(false);
    expect(judge('shaders/lib/a.ts', 'src/core/b.ts')).toBe(false);
    expect(judge('src/ops/sum/op.ts', 'src/ops/view/reference.ts')).toBe(false);
    expect(judge('src/new/a.ts', 'src/core/b.ts')).toBe(false);
  });

  it('names every folder once', () => {
    const names = LAYERS.flat();
    expect(new Set(names).size).toBe(names.length);
  });

  it('finds cycles of any length, and none where there are none', () => {
    const chain = (...names: readonly string[]): readonly Edge[] =>
      names.slice(1).map((to, i) => ({ from: names[i] ?? '', to }));
    expect(importCycles(chain('a', 'b', 'c'))).toEqual([]);
    expect(importCycles([...chain('a', 'b', 'c'), ...chain('a', 'c')])).toEqual([]);
    expect(importCycles(chain('a', 'b', 'c', 'b')).map((group) => group.toSorted())).toEqual([
      ['b', 'c'],
    ]);
    expect(importCycles(chain('a', 'a'))).toEqual([['a']]);
  });

  it('follows a folder to its index and a file to its extension', () => {
    expect(resolveImport('src/nn/layers.ts', '../ops')).toBe('src/ops/index.ts');
    expect(resolveImport('src/nn/layers.ts', '../core/errors')).toBe('src/core/errors.ts');
    expect(resolveImport('src/nn/layers.ts', 'vite')).toBeUndefined();
  });
});
