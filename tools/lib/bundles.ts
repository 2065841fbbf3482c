/** Builds pages of contestants, for measuring cold starts and sizes of apps. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'puppeteer';
import { build, type Plugin, type Rolldown } from 'vite';
import { roundRobin, summarise, type Timing } from '../../bench/measure';
import { root } from '../environment.mjs';
import { libraryPlugins } from './library';
import { serveFolder, withScript } from './pages';
import { fromSource } from './sourceCondition.mjs';

/** Transferred size of an app's files, without models. */
export interface BundleSize {
  readonly scriptBytes: number;
  readonly wasmBytes: number;
}

const BENCH = join(root, 'bench');
const COLD_SAMPLES = 7;
const PATIENCE_MS = 240_000;

const folderOf = (contestant: string) => (contestant === 'qkv' ? './qkv' : `./peers/${contestant}`);

/**
 * Bundles a page's initial modules in one file. Only for pages without top-level await: modules
 * that are loaded later import from this file, and would deadlock with its top-level await.
 */
const IN_ONE_FILE: Rolldown.OutputOptions = {
  codeSplitting: { groups: [{ name: 'initial', tags: ['$initial'] }] },
};

/** Removes Vite's preload helper from dynamic imports, for apps that preload nothing. */
const withoutPreload: Plugin = {
  name: 'without-preload',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
};

/** Builds the page cold.html with one module of a contestant. */
export async function buildContestant(
  contestant: string,
  module: string,
  folder: string,
): Promise<void> {
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

/** Calls a function with a temporary folder, which is then removed. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'qkv-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gzipped bytes of all files of a minimal app with a translator's model, by contestant. */
export function bundleSizes(
  contestants: readonly string[],
): Promise<Readonly<Record<string, BundleSize>>> {
  return withFolder(async (folder) => {
    const sizes: Record<string, BundleSize> = {};
    for (const name of contestants) {
      const own = join(folder, name);
      await buildContestant(name, 'bundle', own);
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
 * Milliseconds from navigation to the first 256 x 256 x 256 product, each in a separate browser
 * context, so that only the browser's processes have caches.
 */
export function coldStarts(
  browser: Browser,
  contestants: readonly string[],
  report: (line: string) => void,
): Promise<Readonly<Record<string, Timing>>> {
  return withFolder(async (folder) => {
    for (const name of contestants) {
      report(`cold-start: building ${name}`);
      await buildContestant(name, 'cold', join(folder, name));
    }
    const server = await serveFolder(folder);
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

/** Hooks before and after the visit of a page. */
interface VisitHooks {
  readonly before?: (page: Page) => Promise<void>;
  readonly after?: (page: Page) => Promise<void>;
}

/**
 * Visits a page in a separate browser context.
 * @returns the milliseconds that the page measured  @throws Error with the page's error
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
