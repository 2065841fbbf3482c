/**
 * Builds the package's files: readable ES modules with source maps and types, and one minified file
 * for pages without a bundler.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { root } from '../environment.mjs';
import { emitDeclarations } from './declarations';
import { type Entry, packageEntries, packageJson } from './entries';
import { pureInitialisers } from './pureInitialisers';
import { wgslTemplates } from './wgslTemplates';

/** The file with the licences of bundled packages. */
const NOTICES = 'third-party-licences.md';

/** Entries that only tests and tools need, which the single file leaves out. */
const NOT_IN_ONE_FILE: ReadonlySet<string> = new Set(['selfcheck', 'toy', 'evaluation', 'cpu']);

/** The main entry as Node gets it. */
const NODE_ENTRY = { name: 'node', source: 'src/entries/node.ts' };

const isOwn = (id: string) =>
  ['src', 'shaders'].some((folder) => id.startsWith(join(root, folder) + sep));

/** The entry for Node hands its file system in while it loads; all other modules are pure. */
const isPure = (id: string) => isOwn(id) && id !== join(root, NODE_ENTRY.source);

/** Bundled packages that few apps need: a file for each, which other apps' bundlers leave out whole. */
const APART = ['jinja', 'tokenizers'] as const;

/** Plugins of the package's build. */
export const libraryPlugins = [wgslTemplates, pureInitialisers(isPure)] as const;

const shared = {
  configFile: false,
  root,
  logLevel: 'warn',
  publicDir: false,
  plugins: [...libraryPlugins],
} satisfies InlineConfig;

/**
 * Builds a file for each entry, a few files that entries share, and their types. A module is placed
 * with the first entry that imports it, so that a page fetches few modules that it does not use:
 * the order of `exports` matters.
 */
export async function buildLibrary(folder: string): Promise<void> {
  const entries = packageEntries();
  const groups = entries.map(({ name, source }, index) => ({
    name,
    test: (id: string) => id === join(root, source),
    priority: entries.length - index,
  }));
  const apart = APART.map((name) => ({
    name,
    test: (id: string) => id.includes(`/node_modules/@huggingface/${name}/`),
    priority: entries.length + 1,
  }));
  await build({
    ...shared,
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      sourcemap: true,
      minify: false,
      license: { fileName: NOTICES },
      lib: {
        entry: Object.fromEntries(
          [...entries, NODE_ENTRY].map(({ name, source }) => [name, join(root, source)]),
        ),
        formats: ['es'],
        fileName: (_, name) => `${name}.js`,
      },
      rolldownOptions: {
        output: {
          chunkFileNames: 'shared/[name].js',
          codeSplitting: { groups: [...apart, ...groups], includeDependenciesRecursively: true },
        },
      },
    },
  });
  await emitDeclarations(folder, entries);
}

/**
 * Builds the single minified module for pages without a bundler, with the licences.
 * @param library folder of the built library
 */
export async function buildOneFile(file: string, library: string): Promise<void> {
  const entries = packageEntries().filter(({ name }) => !NOT_IN_ONE_FILE.has(name));
  await build({
    ...shared,
    plugins: [...shared.plugins, joinEntries(entries)],
    build: {
      outDir: dirname(file),
      emptyOutDir: false,
      target: 'es2023',
      sourcemap: true,
      minify: true,
      lib: { entry: JOINED, formats: ['es'], fileName: () => basename(file) },
      rolldownOptions: {
        // Vite does not remove white space from a library's ES module.
        output: { codeSplitting: false, minify: true, postBanner: await licences(library) },
      },
    },
  });
}

/** Id of a virtual module. */
const JOINED = join(root, 'src', 'everything.ts');

/** The virtual module, which exports everything of the entries. */
function joinEntries(entries: readonly Entry[]): Rolldown.Plugin {
  const lines = entries.map(({ source }) => `export * from ${JSON.stringify(join(root, source))};`);
  return {
    name: 'join-entries',
    resolveId: (id) => (id === JOINED ? id : null),
    load: (id) => (id === JOINED ? lines.join('\n') : null),
  };
}

/** A comment with the licences of the library and of what is bundled with it. */
async function licences(library: string): Promise<string> {
  const { name, version } = packageJson();
  const own = await readFile(join(root, 'LICENSE'), 'utf8');
  const others = await readFile(join(library, NOTICES), 'utf8');
  const bundled = others.includes('## ') ? `\n${others}` : '';
  return `/*!\n${name} ${version}\n\n${own}${bundled}*/`;
}
