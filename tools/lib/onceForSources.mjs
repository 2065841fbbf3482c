/**
 * What is made from the sources once, and kept for as long as they stay as they are: the bundled
 * commands, the packed package and the pages. Plain JavaScript, for tools/run.mjs.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../environment.mjs';

const CACHE = join(root, 'node_modules', '.cache', 'qkv');

/** Folders and files that commands and the package are made from. */
const SOURCES = [
  ...['src', 'shaders', 'tools', 'bench', 'demo', 'experiments', 'examples'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', '.gitignore'],
  ...['README.md', 'LICENSE', 'CHANGELOG.md'],
];

/** What is no source in these folders: installed packages, results, and shipped models. */
const LEFT_OUT = new Set(['node_modules', 'results', 'data', 'public']);

/** How long something is kept after its last use. */
const KEPT_MS = 24 * 3_600_000;

function* filesIn(path) {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!LEFT_OUT.has(name)) yield* filesIn(join(path, name));
  }
}

/** A key that is equal for equal sources. */
function sourcesDigest(sources) {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    for (const file of filesIn(path)) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 20);
}

/** Removes what nobody has used for a day. */
function prune() {
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
    if (Date.now() - mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Makes a folder from the sources, or finds the one that was made before.
 * @param make fills an empty folder, whose path it is given
 * @param further folders and files that it is made from, too
 * @returns the path of the folder
 */
export async function onceForSources(name, make, further = []) {
  const folder = join(CACHE, `${name}-${sourcesDigest([...SOURCES, ...further])}`);
  if (existsSync(folder)) {
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }
  mkdirSync(CACHE, { recursive: true });
  prune();
  // Processes that make it at the same time do so apart from each other; the first one's stays.
  const own = mkdtempSync(join(CACHE, `${name}-new-`));
  try {
    await make(own);
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return folder;
}
