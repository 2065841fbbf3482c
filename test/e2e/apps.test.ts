/**
 * The packed package in apps that a newcomer would write, installed without a network: with a bundler, by an
 * import map, as one file, and in Node with and without WebGPU. `npm run apps` tries all bundlers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../tools/browser';
import { type AppResult, allApps, ownLines, tryApp } from '../../tools/lib/apps';
import { packPackage } from '../../tools/lib/packed';

/** Those whose packages the checkout has. */
const OFFLINE = ['import-map', 'node-dawn', 'node-server', 'one-file', 'vite-8', 'vite-8-worker'];

/** Most requests for scripts of a page without a bundler: its own, the entry, and what entries share. */
const MAX_SCRIPTS = 6;

const apps = await allApps();

describe('an app with the packed package', () => {
  let folder = '';
  let tarball = '';
  let browser: Browser | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qkv-apps-'));
    tarball = await packPackage();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is tried in every bundler by the command', () => {
    const names = apps.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...OFFLINE, 'vite-7', 'webpack', 'esbuild']));
    expect(names).toEqual(expect.arrayContaining(['react', 'next', 'vite-7-worker']));
  });

  for (const app of apps) {
    it(`${app.name}: has at most 12 lines of its own for a file that translates`, () => {
      expect(ownLines(app)).toBeLessThanOrEqual(12);
    });
  }

  for (const app of apps.filter(({ name }) => OFFLINE.includes(name))) {
    it(`${app.name}: installs, builds and translates`, async () => {
      const result: AppResult = await tryApp(app, {
        tarball,
        folder: join(folder, app.name),
        isOffline: true,
        browser: async () => {
          browser ??= await openBrowser();
          return browser;
        },
      });
      expect(result.failure).toBeUndefined();
      expect(result).toMatchObject({ installs: true, translates: true });
      expect(result.builds).not.toBe(false);
      if (result.scripts !== undefined) expect(result.errorName).toBe('DownloadError');
      expect(result.scripts ?? 0).toBeLessThanOrEqual(MAX_SCRIPTS);
    });
  }
});
