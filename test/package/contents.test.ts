/** What the tarball holds, and what linters of packages say of it. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, it } from 'vitest';
import { root } from '../../tools/environment.mjs';
import { packageEntries } from '../../tools/lib/entries';
import { usePackage } from '../support/packed';

const run = promisify(execFile);
const packed = usePackage();
const entries = packageEntries();

async function files(): Promise<readonly string[]> {
  const { folder } = packed();
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
}

const text = (path: string) => readFileSync(join(packed().folder, path), 'utf8');

it('holds the entries, what they share, types, licences and the README, and nothing else', async () => {
  const found = (await files()).filter((path) => !/^dist\/lib\/(types|shared)\//.test(path));
  const ofEntries = entries.flatMap(({ name }) => [`${name}.js`, `${name}.d.ts`]);
  // Node's entry holds code of its own, the file system; the others only name what they share.
  const ofNode = ['node.js', 'node.js.map'];
  const library = [...ofEntries, ...ofNode, 'third-party-licences.md'].map(
    (path) => `dist/lib/${path}`,
  );
  const others = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
  const whole = [...library, ...others, 'dist/qkv.js', 'dist/qkv.js.map'];
  expect(found.toSorted()).toEqual(whole.toSorted());
});

it('has JavaScript with source maps among what entries share, and declarations alone among the types', async () => {
  const found = await files();
  const shared = found.filter((path) => path.startsWith('dist/lib/shared/'));
  expect(shared.filter((path) => !/\.js(\.map)?$/.test(path))).toEqual([]);
  const types = found.filter((path) => path.startsWith('dist/lib/types/'));
  expect(types.length).toBeGreaterThan(100);
  expect(
    types.filter((path) => !/^dist\/lib\/types\/(src|shaders)\/.*\.d\.ts$/.test(path)),
  ).toEqual([]);
});

it('has source maps that hold their sources', async () => {
  const maps = (await files()).filter((path) => path.endsWith('.js.map'));
  expect(maps.length).toBeGreaterThan(entries.length / 2);
  for (const path of maps) {
    const { sources, sourcesContent } = JSON.parse(text(path));
    expect(sourcesContent.length, path).toBe(sources.length);
    expect(
      sourcesContent.every((source: string | null) => source !== null),
      path,
    ).toBe(true);
  }
});

it('carries the licences of what is bundled, in the one file too', async () => {
  const maps = (await files()).filter((path) => path.endsWith('.js.map'));
  const sources = maps.flatMap((path) => JSON.parse(text(path)).sources as readonly string[]);
  const packages = sources.flatMap(
    (path) => /node_modules\/((@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [],
  );
  for (const path of ['dist/lib/third-party-licences.md', 'dist/qkv.js']) {
    for (const name of new Set(packages)) expect(text(path), path).toContain(`## ${name} - `);
  }
  expect(text('dist/qkv.js')).toContain(text('LICENSE').trim());
});

it('is read: names and comments of the source are in it', () => {
  const source = readFileSync(join(root, 'src', 'core', 'errors.ts'), 'utf8');
  const [, comment] = /(\/\*\* [^*]* \*\/)\nexport class DeviceLostError/.exec(source) ?? [];
  expect(comment).toBeDefined();
  expect(text('dist/lib/shared/index.js')).toContain(`${comment}\n`);
});

it('keeps what entries share in few files, none of which imports another in a circle', async () => {
  const shared = (await files()).filter((path) => /^dist\/lib\/shared\/.*\.js$/.test(path));
  expect(shared.length).toBeLessThan(2 * entries.length);
  const imports = new Map(
    shared.map((path) => [
      path,
      [...text(path).matchAll(/\bfrom "\.\/([^"]+)"/g)].map(
        ([, name]) => `dist/lib/shared/${name}`,
      ),
    ]),
  );
  const reach = (path: string, seen = new Set<string>()): ReadonlySet<string> => {
    for (const next of imports.get(path) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reach(next, seen);
    }
    return seen;
  };
  expect(shared.filter((path) => reach(path).has(path))).toEqual([]);
});

it('loads in plain Node, every entry, without touching navigator', async () => {
  const script = `
    Object.defineProperty(globalThis, 'navigator', {
      get() { throw new Error('navigator was touched at import'); },
    });
    for (const name of ${JSON.stringify(entries.map(({ specifier }) => specifier))}) await import(name);
    const { Translator } = await import('qkv');
    console.log(typeof Translator.load);
  `;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await run(process.execPath, args, { cwd: packed().app });
  expect(stdout.trim()).toBe('function');
});

it('has no name in package.json that is only of the checkout, except its scripts', () => {
  const { files: listed, bin, dependencies, exports } = JSON.parse(text('package.json'));
  expect(dependencies).toBeUndefined();
  expect(bin).toBeUndefined();
  expect(listed.every((path: string) => existsSync(join(packed().folder, path)))).toBe(true);
  for (const [name, conditions] of Object.entries<Record<string, string>>(exports)) {
    for (const condition of ['types', 'default', ...(name === '.' ? ['node'] : [])]) {
      expect(
        existsSync(join(packed().folder, conditions[condition]!)),
        `${name} ${condition}`,
      ).toBe(true);
    }
  }
});

it('pleases publint', async () => {
  const { messages, pkg } = await publint({
    pack: { tarball: packed().bytes.buffer },
    strict: true,
  });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

it('pleases are-the-types-wrong, for a package of ES modules alone', async () => {
  const result = await checkPackage(createPackageFromTarballData(packed().bytes));
  expect(result.types).not.toBe(false);
  const problems = 'problems' in result ? result.problems : [];
  // Resolutions that know of no ES modules, as with its command's profile 'esm-only'.
  const others = problems.filter(
    (one) => !('resolutionKind' in one && /^node10$|^node16-cjs$/.test(one.resolutionKind)),
  );
  expect(others).toEqual([]);
});
