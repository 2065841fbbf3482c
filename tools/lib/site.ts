/** Serves a folder of the repository as a site, straight from its sources, through Vite. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Plugin } from 'vite';
import { root } from '../environment.mjs';

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
}

/** Vite's own client opens a socket for live reloading; the page should be what a site would serve. */
const withoutReloading: Plugin = {
  name: 'without-reloading',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace(/<script[^>]*src="[^"]*@vite\/client"[^>]*><\/script>\s*/, ''),
  },
};

/**
 * Starts the server. Nothing is written to disk and no file is watched.
 * @throws Error when the port is taken
 */
export async function serveSite({ folder, port }: SiteOptions): Promise<Site> {
  const server = await createServer({
    configFile: false,
    root: join(root, folder),
    logLevel: 'error',
    appType: 'mpa',
    plugins: [withoutReloading],
    server: {
      port,
      // Vite takes port 0 for its default; a free port is asked for below.
      strictPort: port !== 0,
      hmr: false,
      ws: false,
      watch: null,
      fs: { allow: [root] },
    },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  await server.listen(port);
  const address = server.httpServer?.address();
  if (!isAddress(address)) throw new Error('the server has no address');
  return { url: `http://localhost:${address.port}/`, close: () => server.close() };
}

function isAddress(address: AddressInfo | string | null | undefined): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
