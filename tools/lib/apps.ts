/**
 * Runs small apps (test/apps) that use the package as an external app does: the tarball is
 * installed into a copy of the app, which is built by its bundler and translates in a browser or in
 * Node.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'puppeteer';
import { collectErrors, newPage } from '../browser';
import { root } from '../environment.mjs';
import { unpackPackage } from './packed';
import { serveFolder } from './pages';
import { type Finished, runProgram } from './runProgram';

/** An app: a folder of test/apps, optionally with other versions of its packages. */
export interface App {
  readonly name: string;
  readonly folder: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Installs the package from git, which builds it, rather than from its tarball. */
  readonly isFromGit?: boolean;
}

/** The result of an app. */
export interface AppResult {
  readonly name: string;
  readonly installs: boolean;
  /** Whether it built; undefined for an app without a bundler. */
  readonly builds?: boolean | undefined;
  readonly translates: boolean;
  /** Name of the page's error if the model's files are missing, which minifiers must not change. */
  readonly errorName?: string | undefined;
  /** Gzipped bytes of the scripts that the page fetched, including those of a worker. */
  readonly scriptBytes?: number | undefined;
  /** Requests for scripts. */
  readonly scripts?: number | undefined;
  /** The error, if it failed. */
  readonly failure?: string | undefined;
}

const APPS = join(root, 'test', 'apps');
const MODELS = join(root, 'demo', 'public', 'models');
const MODEL = 'toy-transformer';
/** The final output of every app. */
const EXPECTED: Readonly<Record<string, string>> = { 'node-server': 'DeviceError device' };
/** The error of a page whose model is missing. */
const MISSING_MODEL = 'DownloadError';
const TRANSLATION = 'le chien mange la pomme';
const PATIENCE_MS = 240_000;

/** Folders that are run with several versions of a package. */
const VERSIONS: Readonly<Record<string, readonly App['versions'][]>> = {
  vite: [{ vite: '7.3.8' }, { vite: '8.4.0' }],
  'vite-worker': [{ vite: '7.3.8' }, { vite: '8.4.0' }],
};

/** The repository from which an app installs the package by git, as of the last commit. */
const FROM_GIT = 'node-server';

/** All apps, by name. */
export async function allApps(): Promise<readonly App[]> {
  const folders = (await readdir(APPS)).filter((name) => existsSync(packageFile(name))).sort();
  return folders.flatMap((folder) => {
    const variants = VERSIONS[folder];
    const plain = { name: folder, folder, versions: {} };
    if (folder === FROM_GIT) {
      return [plain, { ...plain, name: `${folder}-from-git`, isFromGit: true }];
    }
    if (variants === undefined) return [plain];
    return variants.map((versions) => {
      const [version = ''] = Object.values(versions);
      const [tool = '', ...rest] = folder.split('-');
      return { name: [tool, version.split('.')[0], ...rest].join('-'), folder, versions };
    });
  });
}

const packageFile = (folder: string) => join(APPS, folder, 'package.json');

export interface TryOptions {
  readonly tarball: string;
  /** Folder for the app's copy. */
  readonly folder: string;
  readonly browser: () => Promise<Browser>;
  /** Takes the app's packages from the checkout's own, without a network. */
  readonly isOffline?: boolean;
}

/** Installs, builds and runs an app. Errors of the app are part of the result. */
export async function tryApp(app: App, options: TryOptions): Promise<AppResult> {
  const { tarball, folder, browser, isOffline = false } = options;
  const { name } = app;
  const failed = { name, installs: false, translates: false };
  await cp(join(APPS, app.folder), folder, { recursive: true });
  const json = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const installed = isOffline
    ? await linkPackages(folder, json, tarball)
    : await installPackages(folder, json, app, tarball);
  if (!installed.isSuccess) return { ...failed, failure: installed.text };
  const hasBuild = json.scripts?.build !== undefined;
  const built = hasBuild
    ? await runProgram('npm', ['run', '--silent', 'build'], folder)
    : undefined;
  const soFar = { ...failed, installs: true, builds: built?.isSuccess };
  if (built?.isSuccess === false) return { ...soFar, failure: built.text };
  const isPage = json.scripts?.start === undefined;
  const errorName = isPage ? await errorWithoutModel(await browser(), folder) : undefined;
  const site = await serve(folder, true);
  try {
    const seen = isPage
      ? await openPage(await browser(), site.url)
      : await runNode(folder, json.scripts.start);
    const expected = EXPECTED[app.folder] ?? TRANSLATION;
    const translates = seen.text === expected;
    const { scriptBytes, scripts, failure = `expected ${expected}, found ${seen.text}` } = seen;
    const result = { ...soFar, translates, errorName, scriptBytes, scripts };
    if (!translates) return { ...result, failure };
    if (errorName === undefined || errorName === MISSING_MODEL) return result;
    const found = `without its model: expected ${MISSING_MODEL}, found ${errorName}`;
    return { ...result, failure: found };
  } finally {
    await site.close();
  }
}

async function installPackages(
  folder: string,
  json: Readonly<Record<string, object | undefined>>,
  { versions, isFromGit = false }: App,
  tarball: string,
): Promise<Finished> {
  const chosen = {
    ...json,
    dependencies: {
      ...json.dependencies,
      qkv: isFromGit ? `git+file://${root}` : `file:${tarball}`,
    },
    devDependencies: { ...json.devDependencies, ...versions },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(chosen));
  return runProgram('npm', ['install', '--no-audit', '--no-fund'], folder);
}

/** Unpacks the tarball, and links the app's other packages from the checkout. */
async function linkPackages(
  folder: string,
  json: Readonly<Record<string, object | undefined>>,
  tarball: string,
): Promise<Finished> {
  await unpackPackage(tarball, join(folder, 'node_modules', 'qkv'));
  for (const name of Object.keys({ ...json.dependencies, ...json.devDependencies })) {
    await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return { isSuccess: true, stdout: '', text: '' };
}

/** Serves the built app, optionally with the models in the folder that the README recommends. */
async function serve(folder: string, withModels: boolean) {
  const outputs = ['out', 'dist'].map((name) => join(folder, name));
  const outDir = outputs.find((path) => existsSync(join(path, 'index.html'))) ?? folder;
  const models = join(outDir, 'models', MODEL);
  if (withModels) await cp(join(MODELS, MODEL), models, { recursive: true });
  return serveFolder(outDir);
}

/** The name of the page's error if the model's files are missing. */
async function errorWithoutModel(browser: Browser, folder: string): Promise<string> {
  const site = await serve(folder, false);
  const context = await browser.createBrowserContext();
  try {
    const page = await newPage(context);
    await page.evaluateOnNewDocument(() => {
      const note = (error: unknown) => {
        const name = error instanceof Error ? error.name : String(error);
        document.documentElement.setAttribute('data-error', name);
      };
      // Rejections of top-level awaits are reported as errors, all others as unhandled rejections.
      window.addEventListener('unhandledrejection', ({ reason }) => note(reason));
      window.addEventListener('error', ({ error }) => note(error));
    });
    await page.goto(site.url);
    const found = await page.waitForSelector('[data-error]', { timeout: PATIENCE_MS });
    return (await found?.evaluate((element) => element.getAttribute('data-error'))) ?? '';
  } catch (error) {
    return `none: ${String(error)}`;
  } finally {
    await context.close();
    await site.close();
  }
}

interface Seen {
  readonly text: string;
  readonly scriptBytes?: number;
  readonly scripts?: number;
  readonly failure?: string;
}

/** Opens the app's page in a separate browser context and waits for its output. */
async function openPage(browser: Browser, url: string): Promise<Seen> {
  const context = await browser.createBrowserContext();
  try {
    const page = await newPage(context);
    const errors = collectErrors(page);
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (/\.js$/.test(new URL(response.url()).pathname)) bodies.push(response.buffer());
    });
    await page.goto(url);
    try {
      await page.waitForFunction(
        "document.querySelector('#translation')?.textContent !== '' && document.querySelector('#translation')",
        { timeout: PATIENCE_MS },
      );
    } catch {
      return { text: '', failure: errors.join('\n') || 'the page shows nothing' };
    }
    const text = await page.$eval('#translation', ({ textContent }) => textContent ?? '');
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length);
    return { text, scripts: sizes.length, scriptBytes: sizes.reduce((sum, size) => sum + size, 0) };
  } finally {
    await context.close();
  }
}

/**
 * Runs an app in Node.
 * @param command such as 'node main.js', which is run without npm so that it can be stopped
 */
async function runNode(folder: string, command: string): Promise<Seen> {
  const [program = '', ...args] = command.split(' ');
  const { isSuccess, stdout, text } = await runProgram(program, args, folder);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return isSuccess ? { text: last } : { text: last, failure: text };
}

/** Number of non-blank lines of the longest source file of an app. */
export function ownLines(app: App): number {
  const folder = join(APPS, app.folder);
  const files = [
    'main.js',
    'worker.js',
    'main.jsx',
    'Translation.jsx',
    'app/page.js',
    'index.html',
  ];
  const lengths = files
    .map((file) => join(folder, file))
    .filter((path) => existsSync(path))
    .map(
      (path) =>
        readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line.trim()).length,
    );
  return Math.max(...lengths);
}
