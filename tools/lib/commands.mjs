/**
 * Loads a command: all commands are bundled once for the sources as they are, so that one starts at
 * once. Plain JavaScript, for tools/run.mjs.
 */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../environment.mjs';
import { onceForSources } from './onceForSources.mjs';

/** Modules of plain JavaScript stay where they are: they tell by that where the checkout is. */
const plainModules = {
  name: 'plain-modules',
  enforce: 'pre',
  resolveId: (id, importer) =>
    importer !== undefined && id.startsWith('.') && id.endsWith('.mjs')
      ? { id: pathToFileURL(resolve(dirname(importer), id)).href, external: true }
      : null,
};

/** Bundles all commands, and what tells of their errors. */
async function bundle(folder) {
  const { build } = await import('vite');
  const { fromSource } = await import('./sourceCondition.mjs');
  const names = readdirSync(join(root, 'tools')).filter((name) => name.endsWith('.ts'));
  const commands = names.filter((name) => !name.endsWith('.d.ts'));
  const input = Object.fromEntries(
    ['lib/failure.ts', ...commands].map((name) => [
      name.replace(/^lib\/|\.ts$/g, ''),
      join(root, 'tools', name),
    ]),
  );
  // Vite's build sets it for the process and for those that it starts.
  const { NODE_ENV } = process.env;
  await build({
    ...fromSource,
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    plugins: [plainModules],
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        treeshake: { moduleSideEffects: true },
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'shared/[name]-[hash].mjs' },
      },
    },
  });
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
}

/**
 * Loads tools/NAME.ts.
 * @returns `main` of the command, and `failureOf`
 */
export async function loadCommand(name) {
  const folder = await onceForSources('commands', bundle);
  process.setSourceMapsEnabled(true);
  const load = (file) => import(pathToFileURL(join(folder, `${file}.mjs`)).href);
  const { failureOf } = await load('failure');
  return { failureOf, load: async () => (await load(name)).main };
}
