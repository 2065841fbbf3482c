/**
 * Opens files by path in Node, Deno and Bun. The file system module is obtained from `process` at
 * run time, so that a bundler sees no import of it.
 */
import { DownloadError, throwIfAborted } from '../core/errors';
import type { OpenPath } from './fileSystem';
import type { OpenedFile } from './openedFile';

/** Bytes that are read at once. */
const CHUNK_BYTES = 2 ** 18;

/** The file system of Node, Deno and Bun; undefined elsewhere. */
export function nodeFileSystem(): OpenPath | undefined {
  const process: unknown = Reflect.get(globalThis, 'process');
  if (!isNodeProcess(process)) return undefined;
  const [fs, url] = [process.getBuiltinModule('node:fs'), process.getBuiltinModule('node:url')];
  const pathOf = (address: string) =>
    /^file:/i.test(address) ? url.fileURLToPath(withoutQuery(address)) : address;
  return (address, signal) => openPath(fs, pathOf(address), signal);
}

async function openPath(
  fs: NodeFileSystem,
  path: string,
  signal: AbortSignal,
): Promise<OpenedFile> {
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
      const file = await tried(fs.promises.open(path));
      try {
        for (;;) {
          throwIfAborted(signal, path);
          const { buffer, bytesRead } = await tried(file.read(new Uint8Array(CHUNK_BYTES)));
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
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
interface NodeFileSystem {
  readonly promises: {
    stat(path: string): Promise<{ readonly size: number; isFile(): boolean }>;
    open(path: string): Promise<NodeFile>;
  };
}

interface NodeFile {
  read(buffer: Uint8Array): Promise<{ readonly buffer: Uint8Array; readonly bytesRead: number }>;
  close(): Promise<void>;
}

interface Addresses {
  fileURLToPath(url: string): string;
}

interface NodeProcess {
  getBuiltinModule(name: 'node:fs'): NodeFileSystem;
  getBuiltinModule(name: 'node:url'): Addresses;
}

function isNodeProcess(value: unknown): value is NodeProcess {
  const has = typeof value === 'object' && value !== null && 'getBuiltinModule' in value;
  return has && typeof value.getBuiltinModule === 'function';
}
