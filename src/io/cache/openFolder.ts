/**
 * Opens the folder of a cache: in the browser's origin private file system, or in the file system of
 * Node.
 */
import { StorageError } from '../../core/errors';
import type { CacheFolder } from './cacheFolder';
import { nodeFolder } from './nodeFolder';

/**
 * Opens a folder, which is made if it does not exist.
 * @param name of a folder in the origin private file system; in Node, a path
 * @throws StorageError where there is no file system that can be written
 */
export async function openCacheFolder(name: string): Promise<CacheFolder> {
  const storage: StorageManager | undefined = globalThis.navigator?.storage;
  if (storage?.getDirectory !== undefined) {
    const root = await storage.getDirectory();
    return new PrivateFolder(await root.getDirectoryHandle(name, { create: true }));
  }
  const folder = await nodeFolder(name);
  if (folder !== undefined) return folder;
  throw new StorageError(
    'cache: there is no file system here; serve the page over https or from localhost',
  );
}

/** A folder in the origin private file system. */
class PrivateFolder implements CacheFolder {
  readonly #folder: FileSystemDirectoryHandle;

  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of this.#folder.keys()) names.push(name);
    return names;
  }

  async size(name: string): Promise<number | undefined> {
    try {
      return (await this.#file(name)).size;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.#file(name)).arrayBuffer());
  }

  async write(name: string, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const handle = await this.#folder.getFileHandle(name, { create: true });
    if (!('createWritable' in handle)) {
      await writeSync(handle, parts);
      return;
    }
    const stream = await handle.createWritable();
    try {
      for (const part of parts) await stream.write(part);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#folder.removeEntry(name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #file(name: string): Promise<File> {
    return (await this.#folder.getFileHandle(name)).getFile();
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}

/** Writes through an access handle, which workers of older browsers have in place of streams. */
async function writeSync(handle: object, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  if (!isAccessible(handle)) {
    throw new StorageError(
      'cache: this browser writes files in workers only; load the model in one',
    );
  }
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    let at = 0;
    for (const part of parts) {
      const written = access.write(part, { at });
      if (written < part.byteLength) throw new StorageError('cache: there is no space left');
      at += written;
    }
    access.flush();
  } finally {
    access.close();
  }
}

interface AccessHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

function isAccessible(
  handle: object,
): handle is { createSyncAccessHandle(): Promise<AccessHandle> } {
  return 'createSyncAccessHandle' in handle;
}
