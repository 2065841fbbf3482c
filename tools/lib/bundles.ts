/** Built pages of contestants: what they start with when cold, and how many bytes an app is. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'puppeteer';
import { build, type Plugin, preview, type Rolldown } from 'vite';
import { roundRobin, summarise, type Timing } from '../../bench/measure';
import { root } from '../environment.mjs';
import { libraryPlugins } from './library';
import { type Site, withScript } from './site';
import { fromSource } from './sourceCondition.mjs';

/** What an app's files weigh on the wire, models aside. */
export interface BundleSize {
  readonly scriptBytes: number;
  readonly wasmBytes: number;
}

const BENCH = join(root, 'bench');
const COLD_SAMPLES = 7;
const PATIENCE_MS = 240_000;

const folderOf = (contestant: string) => (contestant === 'qkv' ? './qkv' : `./peers/${contestant}`);

/**
 * What a page begins with is one file. Only for pages whose modules do not wait at their top level: what
 * is loaded later imports from the first file, and would wait for it while it waits for them.
 */
const IN_ONE_FILE: Rolldown.OutputOptions = {
  codeSplitting: { groups: [{ name: 'initial', tags: ['$initial'] }] },
};

/** An app that preloads nothing has no use for what Vite puts round its dynamic imports to preload. */
const withoutPreload: Plugin = {
  name: 'without-preload',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
};

/** Builds the page cold.html with one module of a contestant. */
export async function buildPage(contestant: string, module: string, folder: string): Promise<void> {
  await build({
    ...fromSource,
    configFile: false,
    root: BENCH,
    base: './',
    logLevel: 'error',
    publicDir: false,
    plugins: [
      withScript(`${folderOf(contestant)}/${module}.ts`),
      withoutPreload,
      ...libraryPlugins,
    ],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(BENCH, 'cold.html'),
        output: IN_ONE_FILE,
      },
    },
  });
}

/** Works in a temporary folder. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'qkv-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gzipped bytes of all files of the smallest app with a translator's model, by contestant. */
export function bundleSizes(
  contestants: readonly string[],
): Promise<Readonly<Record<string, BundleSize>>> {
  return withFolder(async (folder) => {
    const sizes: Record<string, BundleSize> = {};
    for (const name of contestants) {
      const own = join(folder, name);
      await buildPage(name, 'bundle', own);
      const files = await readdir(own, { recursive: true });
      const total = async (ending: string) => {
        const chosen = files.filter((file) => file.endsWith(ending));
        const contents = await Promise.all(chosen.map((file) => readFile(join(own, file))));
        return contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0);
      };
      sizes[name] = { scriptBytes: await total('js'), wasmBytes: await total('.wasm') };
    }
    return sizes;
  });
}

/**
 * Milliseconds from navigation to the first 256 x 256 x 256 product, each in a browser context of its
 * own: nothing is cached but what the browser's processes keep.
 */
export function coldStarts(
  browser: Browser,
  contestants: readonly string[],
  report: (line: string) => void,
): Promise<Readonly<Record<string, Timing>>> {
  return withFolder(async (folder) => {
    for (const name of contestants) {
      report(`cold-start: building ${name}`);
      await buildPage(name, 'cold', join(folder, name));
    }
    const server = await previewFolder(folder);
    try {
      const times = new Map(contestants.map((name) => [name, [] as number[]] as const));
      const visits = new Map(
        contestants.map((name) => [
          name,
          async () => {
            times.get(name)?.push(await visitCold(browser, `${server.url}${name}/cold.html`));
          },
        ]),
      );
      report('cold-start: measuring');
      await roundRobin(visits, COLD_SAMPLES);
      return Object.fromEntries([...times].map(([name, own]) => [name, summarise(own)]));
    } finally {
      await server.close();
    }
  });
}

/** Serves a folder of built pages. */
export async function previewFolder(folder: string): Promise<Site> {
  const server = await preview({
    configFile: false,
    root: folder,
    appType: 'mpa',
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port: 0 },
  });
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

/** What to do with a page before it is visited and after it was. */
interface VisitHooks {
  readonly before?: (page: Page) => Promise<void>;
  readonly after?: (page: Page) => Promise<void>;
}

/**
 * Opens a page in a browser context of its own.
 * @returns the milliseconds that the page has measured  @throws Error with what the page says went wrong
 */
export async function visitCold(
  browser: Browser,
  url: string,
  { before, after }: VisitHooks = {},
): Promise<number> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await before?.(page);
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: PATIENCE_MS });
    await page.waitForSelector('html[data-cold-ms], html[data-cold-error]', {
      timeout: PATIENCE_MS,
    });
    await after?.(page);
    const { coldMs, coldError } = await page.$eval('html', ({ dataset }) => ({ ...dataset }));
    if (coldError !== undefined) throw new Error(`${url}: ${coldError}`);
    return Number(coldMs);
  } finally {
    await context.close();
  }
}
