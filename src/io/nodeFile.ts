/**
 * Opens files by path in Node, Deno and Bun. The file system module is obtained from `process` at
 * run time, so that bundlers for browsers see no import of it.
 */
import { DownloadError, throwIfAborted } from '../core/errors';
import type { OpenedFile } from './openedFile';

const SCHEME = /^[a-z][a-z\d+.-]+:/i;

/**
 * Whether an address is a path in the file system. Addresses without a scheme are paths, except in
 * pages and workers, where they are relative URLs.
 */
export function isPath(address: string, hasOwnFetch: boolean): boolean {
  if (SCHEME.test(address)) return /^file:/i.test(address);
  return !hasOwnFetch && typeof location === 'undefined' && builtin() !== undefined;
}

/** Opens a file. @throws DownloadError if it does not exist, or there is no file system */
export async function openPath(address: string, signal: AbortSignal): Promise<OpenedFile> {
  const modules = builtin();
  if (modules === undefined) {
    throw new DownloadError(
      `${address}: a page cannot read files by path; serve them over http, or let the user choose them`,
      { url: address },
    );
  }
  const { fs, url } = modules;
  const path = /^file:/i.test(address) ? url.fileURLToPath(withoutQuery(address)) : address;
  const tried = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throwIfAborted(signal, path);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DownloadError(`${path}: cannot be read (${reason}); check the path`, {
        url: path,
        cause,
      });
    });
  const stat = await tried(fs.promises.stat(path));
  if (!stat.isFile()) await tried(Promise.reject('it is not a file'));
  return {
    where: path,
    byteLength: stat.size,
    async *chunks() {
      yield await tried(fs.promises.readFile(path, { signal }));
    },
  };
}

function withoutQuery(address: string): string {
  return address.replace(/[?#].*$/s, '');
}

/**
 * The parts of Node's modules that are used here, because the package does not depend on Node's
 * types.
 */
interface FileSystem {
  readonly promises: {
    stat(path: string): Promise<{ readonly size: number; isFile(): boolean }>;
    readFile(path: string, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
  };
}

interface Addresses {
  fileURLToPath(url: string): string;
}

interface NodeProcess {
  getBuiltinModule(name: 'node:fs'): FileSystem;
  getBuiltinModule(name: 'node:url'): Addresses;
}

function isNodeProcess(value: unknown): value is NodeProcess {
  const has = typeof value === 'object' && value !== null && 'getBuiltinModule' in value;
  return has && typeof value.getBuiltinModule === 'function';
}

/** Node's modules; undefined in other environments. */
function builtin() {
  const process: unknown = Reflect.get(globalThis, 'process');
  if (!isNodeProcess(process)) return undefined;
  return { fs: process.getBuiltinModule('node:fs'), url: process.getBuiltinModule('node:url') };
}
