/**
 * Checkpoints as files of a folder, for Node. A save writes a temporary file beside the old one,
 * flushes it and renames it, which POSIX makes atomic: an interruption leaves the old file whole.
 * Files are named after their checkpoints, with every unusual character escaped.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OptionError, StorageError } from 'qkv';
import { type CheckpointStore, checkCheckpointName } from 'qkv/io';

/** File systems allow 255 bytes. */
const MAX_FILE_NAME_LENGTH = 250;
/** Temporary files: the process that writes them, and a number of their own. */
const TEMPORARY = /^\.qkv-(\d+)-\d+\.tmp$/;

/** Temporary files that this process is writing now. */
const active = new Set<string>();
let saves = 0;

/**
 * A store whose checkpoints are files of `folder`, which is made at the first save. Saves of one
 * store happen in the order of the calls; leftovers of interrupted saves go at the next save.
 */
export function fileStore(folder: string): CheckpointStore {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    load: async (name) => load(join(resolve(folder), fileName(name)), name),
    save: (name, bytes) => {
      // A copy, since the caller may go on writing while the file is written.
      const copy = new Uint8Array(bytes);
      const done = queue.then(() => save(resolve(folder), name, copy));
      queue = done.catch(() => {});
      return done;
    },
  };
}

/**
 * Letters, digits, '_', '-' and inner dots stay; the rest is percent-encoded, never a path. Names
 * that differ in case only are one file where the file system ignores case.
 */
function fileName(name: string): string {
  checkCheckpointName(name);
  const escaped = encodeURIComponent(name)
    .replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\.|\.$/g, '%2E');
  if (escaped.length <= MAX_FILE_NAME_LENGTH) return escaped;
  throw new OptionError(`checkpoint: the name '${name}' is too long for a file; shorten it`);
}

async function load(path: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw fault(`loading checkpoint '${name}' from ${path}`, cause);
  }
}

async function save(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, fileName(name));
  const temporary = `.qkv-${process.pid}-${++saves}.tmp`;
  active.add(temporary);
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftovers(folder);
    await writeFlushed(join(folder, temporary), bytes);
    await rename(join(folder, temporary), path);
    await flushFolder(folder);
  } catch (cause) {
    await rm(join(folder, temporary), { force: true }).catch(() => {});
    throw fault(`saving checkpoint '${name}' of ${bytes.byteLength} bytes to ${path}`, cause);
  } finally {
    active.delete(temporary);
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  await withHandle(await open(path, 'wx'), async (file) => {
    await file.writeFile(bytes);
    await file.sync();
  });
}

/** Makes the rename itself durable. Windows cannot open folders, and needs no such call. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withHandle(await open(folder, 'r'), (handle) => handle.sync());
}

async function withHandle(
  file: FileHandle,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

/** Removes temporary files that nobody writes any more. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const owner = TEMPORARY.exec(entry)?.[1];
    if (owner === undefined || active.has(entry)) continue;
    const isOurs = Number(owner) === process.pid;
    if (isOurs || !isAlive(Number(owner))) await rm(join(folder, entry), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: there is such a process, of another user.
    return errorCode(cause) !== 'ESRCH';
  }
}

function errorCode(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}

function fault(what: string, cause: unknown): StorageError {
  return new StorageError(
    `${what} failed: ${cause instanceof Error ? cause.message : cause}; no checkpoint ` +
      'is damaged: check the free space and the access rights',
    { cause },
  );
}
