/** Serves a folder as a site by Vite: one of the repository from its sources, or built pages. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Plugin, preview } from 'vite';
import { root } from '../environment.mjs';
import { fromSource } from './sourceCondition.mjs';

export interface Site {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** Folder with index.html: 'demo' or 'bench'. */
  readonly folder: string;
  /** The port; 0 for a free one. */
  readonly port: number;
  /** CommonJS packages, which browsers cannot load: they are bundled first. */
  readonly bundled?: readonly string[];
  /** An additional module of the page, relative to it. */
  readonly script?: string | undefined;
}

/** The replacement of Vite's client, of which modules only use the addresses of dynamic imports. */
const CLIENT = 'export const injectQuery = (url) => url;';

/**
 * Removes Vite's client, which opens a socket for live reloading, so that the page is as on a real
 * site.
 */
const withoutReloading: Plugin = {
  name: 'without-reloading',
  configureServer({ middlewares }) {
    middlewares.use('/@vite/client', (_, response) => {
      response.setHeader('content-type', 'text/javascript');
      response.end(CLIENT);
    });
  },
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace(/<script[^>]*src="[^"]*@vite\/client"[^>]*><\/script>\s*/, ''),
  },
};

/** Adds a module to the page. @param src relative to the page */
export function withScript(src: string): Plugin {
  return {
    name: 'with-script',
    transformIndexHtml: {
      // Before Vite looks for packages to bundle.
      order: 'pre',
      handler: () => [{ tag: 'script', attrs: { type: 'module', src }, injectTo: 'head' }],
    },
  };
}

/**
 * Starts the server, without watching files. Only bundled packages are written to disk.
 * @throws Error if the port is in use
 */
export async function serveSite(options: SiteOptions): Promise<Site> {
  const { folder, port, bundled = [], script } = options;
  const server = await createServer({
    ...fromSource,
    configFile: false,
    root: join(root, folder),
    cacheDir: join(root, 'node_modules', '.vite'),
    logLevel: 'error',
    appType: 'mpa',
    plugins: [withoutReloading, ...(script === undefined ? [] : [withScript(script)])],
    server: {
      port,
      // Vite replaces port 0 by its default; a free port is requested below.
      strictPort: port !== 0,
      hmr: false,
      ws: false,
      watch: null,
      fs: { allow: [root] },
    },
    optimizeDeps: { noDiscovery: true, include: [...bundled] },
  });
  await server.listen(port);
  const address = server.httpServer?.address();
  if (!isAddress(address)) throw new Error('the server has no address');
  return { url: `http://localhost:${address.port}/`, close: () => server.close() };
}

/** Serves a folder of built pages. @param port a free one by default  @throws Error if the port is in use */
export async function serveFolder(folder: string, port = 0): Promise<Site> {
  const server = await preview({
    configFile: false,
    root: folder,
    appType: 'mpa',
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port, strictPort: port !== 0 },
  });
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

function isAddress(address: AddressInfo | string | null | undefined): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
