/** Builds the project's pages. */
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { root } from '../environment.mjs';
import { onceForSources } from './onceForSources.mjs';
import { type Site, serveFolder } from './site';
import { fromSource } from './sourceCondition.mjs';
import { wgslTemplates } from './wgslTemplates';

/**
 * Builds a page with relative addresses, so that a server can have it in any folder.
 * @param source folder with index.html: 'demo' or 'bench'
 */
export async function buildPage(
  source: string,
  folder: string,
  plugins: readonly Plugin[] = [],
): Promise<void> {
  await build({
    ...fromSource,
    configFile: false,
    root: join(root, source),
    base: './',
    logLevel: 'warn',
    plugins: [wgslTemplates, ...plugins],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
    },
  });
}

/** Serves the demo, which is built once for the sources as they are. @throws Error if the port is in use */
export async function serveDemo(port: number): Promise<Site> {
  const folder = await onceForSources('demo', (made) => buildPage('demo', made), ['demo']);
  return serveFolder(folder, port);
}
