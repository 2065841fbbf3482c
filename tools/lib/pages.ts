/** Builds the project's pages, and serves them. */
import { join } from 'node:path';
import { build, type Plugin, preview } from 'vite';
import { headersOf, POLICY } from '../../demo/headers';
import { prerender } from '../../demo/prerender';
import { root } from '../environment.mjs';
import { formulas } from './formulas';
import { onceForSources } from './onceForSources.mjs';
import { fromSource } from './sourceCondition.mjs';
import { wgslTemplates } from './wgslTemplates';

export interface Site {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Files that are served as they are: the shipped models. */
const PUBLIC = 'demo/public';

/** The demo page, as it is before its scripts run, with its policy. */
const prerendered: Plugin = {
  name: 'prerendered',
  transformIndexHtml: (html) =>
    html.replace('%policy%', POLICY).replace('<!--app-->', () => prerender()),
};

/** Adds a module to a page. @param src relative to the page */
export function withScript(src: string): Plugin {
  return {
    name: 'with-script',
    transformIndexHtml: {
      // Before Vite looks for modules to bundle.
      order: 'pre',
      handler: () => [{ tag: 'script', attrs: { type: 'module', src }, injectTo: 'head' }],
    },
  };
}

export interface PageOptions {
  readonly plugins?: readonly Plugin[];
  /** Whether the shipped models are beside the page. */
  readonly withModels?: boolean;
  /** The headers with which it is served (default: none of its own). */
  readonly headers?: HeadersOf;
}

/**
 * Builds a page with relative addresses, so that a server can have it in any folder.
 * @param source folder with index.html, such as 'demo'
 */
export async function buildPage(
  source: string,
  folder: string,
  { plugins = [], withModels = false }: PageOptions = {},
): Promise<void> {
  await build({
    ...fromSource,
    configFile: false,
    root: join(root, source),
    base: './',
    publicDir: withModels ? join(root, PUBLIC) : false,
    logLevel: 'warn',
    plugins: [wgslTemplates, formulas, ...plugins],
    worker: { format: 'es', plugins: () => [wgslTemplates] },
    // The same page wherever it is built, in tests as well.
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      // Peers of the bench are large.
      chunkSizeWarningLimit: 10_000,
      reportCompressedSize: false,
    },
  });
}

/** The headers of a file, by its address without the host. */
type HeadersOf = (path: string) => Readonly<Record<string, string>>;

/**
 * Serves a folder of built pages.
 * @param port a free one by default
 * @throws Error if the port is in use
 */
export async function serveFolder(
  folder: string,
  port = 0,
  headers: HeadersOf = () => ({}),
): Promise<Site> {
  const withHeaders: Plugin = {
    name: 'with-headers',
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use(({ url = '/' }, response, next) => {
        for (const [name, value] of Object.entries(headers(url))) response.setHeader(name, value);
        next();
      });
    },
  };
  const server = await preview({
    configFile: false,
    plugins: [withHeaders],
    root: folder,
    appType: 'mpa',
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port, strictPort: port !== 0 },
  });
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

/** Serves a page, which is built once for the sources as they are. */
async function serveBuilt(name: string, source: string, port: number, options: PageOptions) {
  const make = (made: string) => buildPage(source, made, options);
  return serveFolder(await onceForSources(name, make, [source, PUBLIC]), port, options.headers);
}

/** How the demo is built and served. */
export const DEMO: PageOptions = {
  plugins: [prerendered],
  withModels: true,
  headers: headersOf,
};

/** Serves the demo. @throws Error if the port is in use */
export function serveDemo(port = 0): Promise<Site> {
  return serveBuilt('demo', 'demo', port, DEMO);
}

/**
 * Serves the bench.
 * @param withPeers whether the peers are part of the page; they must be installed
 * @throws Error if the port is in use
 */
export function serveBench(withPeers: boolean, port = 0): Promise<Site> {
  if (!withPeers) return serveBuilt('bench', 'bench', port, {});
  return serveBuilt('bench-with-peers', 'bench', port, {
    plugins: [withScript('./peers/index.ts')],
  });
}

/** Serves another page of the checkout, with the shipped models beside it. */
export function servePage(source: string): Promise<Site> {
  return serveBuilt(source.replaceAll('/', '-'), source, 0, { withModels: true });
}
