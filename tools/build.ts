/**
 * `npm run build`: builds the library as modules (dist/lib) and as one file (dist/qkv.js), and the
 * site (dist/site).
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import type { Plugin } from 'vite';
import { root } from './environment.mjs';
import { writeApiPages } from './lib/apiPages';
import { appSizes, sizeTable } from './lib/appSizes';
import { buildLibrary, buildOneFile } from './lib/library';
import { buildPage, DEMO } from './lib/pages';

interface FileSize {
  readonly path: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

function command(): Command {
  return new Command('build')
    .description('Build the library (ES modules with types, and one file) and the site.')
    .option('--out <folder>', 'where lib/, qkv.js and site/ go', 'dist')
    .option('--library', 'only what the package holds, without the site')
    .option('--no-api', 'leave the API pages out')
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/**
 * Builds the demo, the bench and the API pages, with relative addresses so that a server can have
 * them in any folder.
 */
async function buildSite(folder: string, hasApi: boolean): Promise<void> {
  await buildPage('demo', folder, {
    ...DEMO,
    plugins: [...(DEMO.plugins ?? []), ...(hasApi ? [withApiLink] : [])],
  });
  await buildPage('bench', join(folder, 'bench'));
  if (!hasApi) return;
  process.stderr.write('writing the API pages ...\n');
  await writeApiPages(join(folder, 'api'));
}

/** Adds a link to the API pages to the demo page of the built site. */
const withApiLink: Plugin = {
  name: 'with-api-link',
  transformIndexHtml: (html) =>
    html.replace('<noscript>', '<p><a href="./api/">API of the package</a></p>\n    <noscript>'),
};

/** Lists built files, except typedoc's scripts. */
async function scriptSizes(folder: string): Promise<readonly FileSize[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names
      .filter((name) => /\.(js|css|html)$/.test(name) && !name.startsWith('api'))
      .map((name) => sizeOf(join(folder, name))),
  );
}

async function sizeOf(path: string): Promise<FileSize> {
  const content = await readFile(path);
  const gzipBytes = gzipSync(content, { level: 9 }).length;
  return { path: relative(process.cwd(), path), bytes: content.length, gzipBytes };
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts();
  const out = resolve(root, String(options.out));
  const [library, site] = [join(out, 'lib'), join(out, 'site')];
  const oneFile = join(out, 'qkv.js');
  await rm(library, { recursive: true, force: true });
  await mkdir(library, { recursive: true });
  process.stderr.write('building the library ...\n');
  await buildLibrary(library);
  await buildOneFile(oneFile, library);
  if (options.library !== true) {
    process.stderr.write('building the site ...\n');
    await buildSite(site, options.api !== false);
  }
  const parts = await scriptSizes(library);
  const pages = [
    await sizeOf(oneFile),
    ...(options.library === true ? [] : await scriptSizes(site)),
  ];
  const apps = options.library === true ? [] : await appSizes();
  if (options.json === true) {
    const files = [...parts, ...pages];
    process.stdout.write(`${JSON.stringify({ library, site, files, apps })}\n`);
    return 0;
  }
  const whole = {
    path: `${relative(process.cwd(), library)}, ${parts.length} modules`,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    gzipBytes: parts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0),
  };
  for (const { path, bytes, gzipBytes } of [whole, ...pages]) {
    process.stdout.write(`${path}  ${kilobytes(bytes)}, ${kilobytes(gzipBytes)} gzipped\n`);
  }
  if (apps.length > 0) process.stdout.write(`\n${sizeTable(apps)}`);
  return 0;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
