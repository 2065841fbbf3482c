/**
 * A checkpoint store for Node, with one file for each checkpoint. A save writes a temporary file,
 * flushes it and renames it, which is atomic under POSIX, so that an interruption leaves the old
 * file intact. File names are the checkpoints' names with special characters escaped.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OptionError, StorageError } from 'qkv';
import { type CheckpointStore, checkCheckpointName } from 'qkv/io';

/** Maximum length of a file name in bytes. */
const MAX_FILE_NAME_LENGTH = 250;
/** Names of temporary files have the id of the process that writes them, and a unique number. */
const TEMPORARY = /^\.qkv-(\d+)-\d+\.tmp$/;

/** Temporary files that this process is writing now. */
const active = new Set<string>();
let saves = 0;

/**
 * A store in a folder, which is created by the first save. Saves of one store are executed in
 * order; temporary files of interrupted saves are removed by the next save.
 */
export function fileStore(folder: string): CheckpointStore {
  let queue: Promise<unknown> = Promise.resolve();
  return {
    load: async (name) => load(join(resolve(folder), fileName(name)), name),
    save: (name, bytes) => {
      // Copied, because the caller may modify the bytes while the file is being written.
      const copy = new Uint8Array(bytes);
      const done = queue.then(() => save(resolve(folder), name, copy));
      queue = done.catch(() => {});
      return done;
    },
  };
}

/**
 * The file name of a checkpoint: letters, digits, '_', '-' and inner dots stay, all other
 * characters are percent-encoded, so that it cannot be a path. Names that differ in case only share
 * a file on case-insensitive file systems.
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

/** Flushes a folder, which makes a rename durable. Not possible on Windows, nor necessary. */
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

/** Removes temporary files of processes that have ended. */
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
    // EPERM: the process exists and belongs to another user.
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
