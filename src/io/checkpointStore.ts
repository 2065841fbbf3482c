/**
 * Stores of named checkpoints, in which an interrupted save leaves the previous checkpoint intact.
 * In browsers this is IndexedDB, whose transactions are atomic by specification; the origin private
 * file system does not guarantee that, and leaves a file of 0 bytes if the disk is full.
 * tools/fileStore.ts is a store for Node.
 */
import { FormatError, OptionError, StorageError } from '../core/errors';
import { hasLoneSurrogate, quoted } from './strictJson';

/** Stores bytes under names. `save` replaces a checkpoint atomically. */
export interface CheckpointStore {
  /**
   * Returns a copy of the bytes last saved under a name; undefined if there are none.
   * @throws StorageError if they cannot be read
   */
  load(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Saves a copy of the bytes. When the promise resolves, they survive a crash; a crash or an error
   * before leaves what was saved earlier.
   * @throws StorageError if they cannot be written (no space, access denied)
   */
  save(name: string, bytes: Uint8Array): Promise<void>;
}

/** Maximum length of a checkpoint's name in characters. */
const MAX_NAME_LENGTH = 60;
const OBJECT_STORE = 'checkpoints';

/**
 * Checks the name of a checkpoint.
 * @throws OptionError unless the name has 1 to 60 characters and no lone surrogate
 */
export function checkCheckpointName(name: string): void {
  const fits = name.length >= 1 && name.length <= MAX_NAME_LENGTH;
  if (fits && !hasLoneSurrogate(name)) return;
  throw new OptionError(
    `checkpoint: a name must have 1 to ${MAX_NAME_LENGTH} characters, found ${quoted(name)}`,
  );
}

/**
 * A store in the browser's IndexedDB, shared by the pages and workers of an origin. No connection
 * is kept open between calls.
 * @param databaseName the IndexedDB database, created at the first use (default 'qkv-checkpoints')
 */
export function indexedDbStore(databaseName = 'qkv-checkpoints'): CheckpointStore {
  return {
    load: (name) => load(databaseName, name),
    save: (name, bytes) => save(databaseName, name, bytes),
  };
}

async function load(
  databaseName: string,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  checkCheckpointName(name);
  const value = await withDatabase(databaseName, `loading checkpoint ${quoted(name)}`, (database) =>
    settled<unknown>(database.transaction(OBJECT_STORE).objectStore(OBJECT_STORE).get(name)),
  );
  if (value === undefined) return undefined;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw new FormatError(
    `checkpoint ${quoted(name)}: expected bytes in database '${databaseName}', found ` +
      `${typeof value}; another program uses this database: choose another database name`,
  );
}

async function save(databaseName: string, name: string, bytes: Uint8Array): Promise<void> {
  checkCheckpointName(name);
  // Copied, because the caller may modify the bytes, and because cloning a view would clone its
  // whole buffer.
  const copy = new Uint8Array(bytes);
  const what = `saving checkpoint ${quoted(name)} of ${copy.byteLength} bytes`;
  await withDatabase(databaseName, what, (database) => {
    // 'strict' waits for the disk, so that a saved checkpoint survives a power failure.
    const transaction = database.transaction(OBJECT_STORE, 'readwrite', { durability: 'strict' });
    transaction.objectStore(OBJECT_STORE).put(copy, name);
    return completed(transaction);
  });
}

async function withDatabase<T>(
  databaseName: string,
  what: string,
  use: (database: IDBDatabase) => Promise<T>,
): Promise<T> {
  if (!('indexedDB' in globalThis)) {
    throw new StorageError(`${what}: there is no IndexedDB here; use another CheckpointStore`);
  }
  try {
    const database = await open(databaseName);
    try {
      return await use(database);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new StorageError(
      `${what} failed: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : cause}; ` +
        'what was saved before is unchanged: free some storage or allow this site to store data',
      { cause },
    );
  }
}

function open(databaseName: string): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(OBJECT_STORE);
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
