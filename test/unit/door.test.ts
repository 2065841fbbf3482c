/**
 * Everything outside of `src` goes through the package's entries, as a stranger does; and the entries
 * hold nothing that nobody uses.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as models from '../../src/entries/models';
import { entryExports, importsRound, namesUsed } from '../support/door';
import { ROOT, scanFolders } from '../support/sourceScan';

const outside = [
  'bench',
  'demo',
  'examples',
  'experiments',
  'tools',
  'test/gpu',
  'test/e2e',
  'test/support',
].flatMap((folder) => scanFolders(folder));

describe('the entries', () => {
  const exported = entryExports();

  it('are the only way in for everything outside of src and the unit tests', () => {
    expect(outside.length).toBeGreaterThan(150);
    expect(importsRound(outside)).toEqual([]);
    const globbing = outside.filter(({ path }) =>
      /import\.meta\.glob[^;]*(src|shaders)\//.test(readFileSync(join(ROOT, path), 'utf8')),
    );
    expect(globbing.map(({ path }) => path)).toEqual([]);
  });

  it('export each name once', () => {
    const names = exported.map(({ name }) => name);
    expect(exported.length).toBeGreaterThan(200);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('export only what an example, a tool, the page, the bench or a test uses', () => {
    const used = new Set(
      outside.flatMap(({ path }) => namesUsed(path, readFileSync(join(ROOT, path), 'utf8'))),
    );
    // Types may be there only because a signature has them.
    // Kinds and recipes are found through `allKinds` and `allRecipes`.
    const registered: readonly unknown[] = [...models.allKinds, ...models.allRecipes];
    const found = new Map<string, unknown>(Object.entries(models));
    const values = exported.filter(
      ({ name, isType }) => !isType && !registered.includes(found.get(name)),
    );
    const names = values.map(({ entry, name }) => `${entry} ${name}`);
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('the scanner of imports', () => {
  it('finds names, renamed ones, types and members of a namespace', () => {
    const text = `import { a, b as c, type D } from 'qkv'; import type { E } from 'qkv/nn';
      import * as nn from 'qkv/nn'; import { f } from 'other'; nn.linear(nn.x);`;
    expect(namesUsed('x.ts', text).toSorted()).toEqual(
      ['qkv D', 'qkv a', 'qkv b', 'qkv/nn E', 'qkv/nn linear', 'qkv/nn x'].toSorted(),
    );
  });

  it('finds an import that goes round the entries', () => {
    const file = { path: 'demo/a.ts', specifiers: ['../src/core/errors', 'qkv', './b'] };
    const scanned = { ...file, lines: 1, anyLines: [], navigatorLines: [] };
    expect(importsRound([scanned])).toEqual(['demo/a.ts -> src/core/errors.ts']);
  });
});
