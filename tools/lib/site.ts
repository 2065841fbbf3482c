/** Serves a folder of the repository as a site, straight from its sources, through Vite. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Plugin } from 'vite';
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
  /** 0 takes a free one. */
  readonly port: number;
  /** Packages that browsers cannot load as they are (CommonJS): bundled first, beside them. */
  readonly bundled?: readonly string[];
  /** A further module of the page, relative to it. */
  readonly script?: string | undefined;
}

/** All that modules need of Vite's own client here: addresses of dynamic imports stay as they are. */
const CLIENT = 'export const injectQuery = (url) => url;';

/** Vite's own client opens a socket for live reloading; the page should be what a site would serve. */
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

/** A further module of the page. @param src relative to the page */
export function withScript(src: string): Plugin {
  return {
    name: 'with-script',
    transformIndexHtml: {
      // Before Vite looks for what it has to bundle.
      order: 'pre',
      handler: () => [{ tag: 'script', attrs: { type: 'module', src }, injectTo: 'head' }],
    },
  };
}

/**
 * Starts the server. No file is watched, and nothing is written to disk but bundled packages.
 * @throws Error when the port is taken
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
      // Vite takes port 0 for its default; a free port is asked for below.
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

function isAddress(address: AddressInfo | string | null | undefined): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
