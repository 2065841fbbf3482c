/**
 * Finds a browser and a Vulkan driver, and installs what is missing. Plain JavaScript without
 * dependencies, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const BROWSER_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Folders that may have Chrome's software Vulkan driver. */
const DRIVER_FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  return status === 0;
}

/** Installs the packages of a folder if one of them is missing. */
function ensureInstalled(folder, needed) {
  if (existsSync(join(folder, 'node_modules', needed, 'package.json'))) return;
  process.stderr.write(`installing packages (npm ci in ${folder}) ...\n`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // With NODE_ENV=production, npm would leave out what only development needs: all of it.
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  if (!run(npm, ['ci', ...options], { cwd: folder })) {
    throw new Error(`npm ci failed: check the network and run \`npm ci\` by hand in ${folder}`);
  }
}

/** Installs the project's packages if they are missing. */
export function ensurePackages() {
  ensureInstalled(root, 'vite');
}

/** Installs the bench's peers if they are missing. */
export function ensurePeers() {
  ensureInstalled(join(root, 'bench', 'peers'), 'onnxruntime-web');
}

/** Installs typedoc if it is missing. */
export function ensureApiPages() {
  ensureInstalled(join(root, 'tools', 'apiPages'), 'typedoc');
}

/** The browser's path, or undefined. */
export function findBrowser() {
  const named = process.env.PUPPETEER_EXECUTABLE_PATH;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(
      `PUPPETEER_EXECUTABLE_PATH is ${named}, which does not exist; correct or unset it`,
    );
  }
  return BROWSER_PATHS.find((path) => existsSync(path)) ?? downloadedBrowser();
}

/** A browser in the user's cache, from `npx puppeteer browsers install chrome`. */
function downloadedBrowser() {
  const cache = join(process.env.HOME ?? '', '.cache', 'puppeteer', 'chrome');
  if (!existsSync(cache)) return undefined;
  const names = [
    'chrome-linux64/chrome',
    'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'chrome-win64/chrome.exe',
  ];
  return readdirSync(cache)
    .flatMap((version) => names.map((name) => join(cache, version, name)))
    .find((path) => existsSync(path));
}

/**
 * A browser's path. If there is none, installs Debian's package as root, or else puppeteer's
 * download.
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('installing Chromium (apt-get install chromium) ...\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update'], { env });
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env });
  }
  if (findBrowser() === undefined) {
    process.stderr.write('downloading Chrome (npx puppeteer browsers install chrome) ...\n');
    run('npx', ['puppeteer', 'browsers', 'install', 'chrome'], { cwd: root });
  }
  const installed = findBrowser();
  if (installed === undefined) {
    throw new Error(
      'no Chrome or Chromium found, and none could be installed: install one (Debian: apt-get ' +
        'install chromium) or set PUPPETEER_EXECUTABLE_PATH to its program file',
    );
  }
  return installed;
}

/**
 * The software driver makes many allocations to compile a kernel, and frees them all at the end.
 * Compiling takes a third less time if glibc keeps the memory (see mallopt(3)).
 */
const KEPT_MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_TOP_PAD_: String(2 ** 26),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 32),
};

/**
 * Environment variables with which Dawn in Node finds a Vulkan driver: the system's with
 * QKV_ADAPTER=hardware, otherwise Chrome's software driver. They must be set before the process
 * starts.
 */
export function dawnEnvironment() {
  if (process.platform !== 'linux' || process.env.QKV_ADAPTER === 'hardware') return {};
  const browser = findBrowser();
  const folders = [...DRIVER_FOLDERS, ...(browser === undefined ? [] : [dirname(browser)])];
  const folder = folders.find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return {};
  const libraries = [process.env.LD_LIBRARY_PATH, folder].filter((path) => path);
  return {
    ...KEPT_MEMORY,
    VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: libraries.join(':'),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
  };
}
