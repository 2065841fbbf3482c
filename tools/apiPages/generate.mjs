/**
 * Generates the API pages, with a module for each entry, named as apps import it. Runs in a
 * separate process, because typedoc needs the TypeScript version of this folder.
 *   node generate.mjs OUTPUT ENTRIES   ENTRIES as JSON: [{ "specifier": ..., "source": ... }]
 * Exits with 1 if typedoc reports an error, a broken link or a missing description.
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';

const [out = '', list = '[]'] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(here, '../..');
const entries = JSON.parse(list);

const app = await Application.bootstrap({
  name: 'qkv',
  entryPoints: entries.map(({ source }) => join(root, source)),
  tsconfig: join(here, 'tsconfig.json'),
  basePath: root,
  readme: join(here, 'index.md'),
  // There is no public address that sources could be linked to.
  disableSources: true,
  githubPages: false,
  excludeInternal: true,
  excludePrivate: true,
  sort: ['source-order'],
  treatWarningsAsErrors: true,
  validation: { notExported: false, notDocumented: false, invalidLink: true },
  navigationLinks: { Demo: '../', Bench: '../bench/' },
  logLevel: 'Warn',
});
const project = await app.convert();
if (project === undefined) process.exit(1);
for (const module of project.children ?? []) {
  const paths = [`${module.name}.ts`, `${module.name}/index.ts`];
  const entry = entries.find(({ source }) => paths.includes(source));
  if (entry !== undefined) module.name = entry.specifier;
}
app.validate(project);
await app.generateDocs(project, out);
process.exit(app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0);
