/**
 * The IndexedDB store's logic against a small stand-in that keeps IndexedDB's promises (clones at
 * put, all or nothing per transaction). That browsers keep them is not tested here.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { indexedDbStore, StorageError } from '../../../src/io';

interface Handlers {
  onsuccess?: () => void;
  onerror?: () => void;
  oncomplete?: () => void;
  onabort?: () => void;
  onupgradeneeded?: () => void;
  result?: unknown;
  error?: unknown;
}

/** What the stand-in holds and did. */
interface State {
  readonly databases: Map<string, Map<string, unknown>>;
  readonly durabilities: unknown[];
  connections: number;
  /** Fails the open, or aborts the transaction after its put. */
  fault?: { readonly at: 'open' | 'commit'; readonly error: DOMException } | undefined;
}

const later = (f: () => void) => setTimeout(f, 1);

function fakeDatabase(state: State, records: Map<string, unknown>) {
  return {
    createObjectStore: () => {},
    close: () => {
      state.connections--;
    },
    transaction: (_: string, mode = 'readonly', options: { durability?: string } = {}) => {
      const transaction: Handlers & { objectStore?: unknown } = {};
      transaction.objectStore = () => ({
        get: (name: string) => {
          const request: Handlers = { result: structuredClone(records.get(name)) };
          later(() => request.onsuccess?.());
          return request;
        },
        put: (value: unknown, name: string) => {
          if (mode !== 'readwrite') throw new DOMException('read-only', 'ReadOnlyError');
          state.durabilities.push(options.durability);
          const clone = structuredClone(value);
          later(() => {
            if (state.fault?.at !== 'commit') {
              records.set(name, clone);
              transaction.oncomplete?.();
            } else {
              transaction.error = state.fault.error;
              transaction.onabort?.();
            }
          });
          return {};
        },
      });
      return transaction;
    },
  };
}

function stubIndexedDb(state: State): void {
  vi.stubGlobal('indexedDB', {
    open: (name: string) => {
      const request: Handlers = {};
      later(() => {
        if (state.fault?.at === 'open') {
          request.error = state.fault.error;
          request.onerror?.();
          return;
        }
        const isNew = !state.databases.has(name);
        const records = state.databases.get(name) ?? new Map<string, unknown>();
        state.databases.set(name, records);
        request.result = fakeDatabase(state, records);
        state.connections++;
        if (isNew) request.onupgradeneeded?.();
        request.onsuccess?.();
      });
      return request;
    },
  });
}

describe('indexedDbStore', () => {
  let state: State;
  beforeEach(() => {
    state = { databases: new Map(), durabilities: [], connections: 0 };
    stubIndexedDb(state);
  });
  afterEach(() => {
    expect(state.connections).toBe(0);
    vi.unstubAllGlobals();
  });

  test('loads what was saved last, and undefined before', async () => {
    const store = indexedDbStore();
    expect(await store.load('run')).toBeUndefined();
    await store.save('run', Uint8Array.of(1, 2));
    await store.save('__proto__', Uint8Array.of(9));
    await store.save('run', Uint8Array.of(3));
    expect(await store.load('run')).toStrictEqual(Uint8Array.of(3));
    expect(await store.load('__proto__')).toStrictEqual(Uint8Array.of(9));
    expect(await indexedDbStore('another').load('run')).toBeUndefined();
    expect(new Set(state.durabilities)).toEqual(new Set(['strict']));
  });

  test('keeps the bytes as they are at the call, and only those of a view', async () => {
    const buffer = Buffer.alloc(1000, 5);
    const view = buffer.subarray(10, 13);
    const saved = indexedDbStore('db').save('run', view);
    buffer.fill(6);
    await saved;
    expect(await indexedDbStore('db').load('run')).toStrictEqual(Uint8Array.of(5, 5, 5));
    const stored = state.databases.get('db')?.get('run');
    expect(stored instanceof Uint8Array && stored.buffer.byteLength).toBe(3);
  });

  test('a failing save is a StorageError and leaves the checkpoint before it', async () => {
    const store = indexedDbStore();
    await store.save('run', Uint8Array.of(1));
    state.fault = { at: 'commit', error: new DOMException('full', 'QuotaExceededError') };
    const saved = store.save('run', Uint8Array.of(2));
    await expect(saved).rejects.toThrow(StorageError);
    await expect(saved).rejects.toThrow('saving checkpoint "run" of 1 bytes failed: QuotaExceeded');
    state.fault = undefined;
    expect(await store.load('run')).toStrictEqual(Uint8Array.of(1));
  });

  test('a database that does not open is a StorageError', async () => {
    state.fault = { at: 'open', error: new DOMException('denied', 'SecurityError') };
    await expect(indexedDbStore().load('run')).rejects.toThrow(StorageError);
    vi.stubGlobal('indexedDB', undefined);
    await expect(indexedDbStore().load('run')).rejects.toThrow(StorageError);
  });

  test('foreign data is a FormatError, a bad name an OptionError', async () => {
    state.databases.set('db', new Map([['run', 'text']]));
    await expect(indexedDbStore('db').load('run')).rejects.toThrow(FormatError);
    for (const name of ['', 'x'.repeat(61), '\ud800']) {
      await expect(indexedDbStore('db').load(name)).rejects.toThrow(OptionError);
      await expect(indexedDbStore('db').save(name, new Uint8Array(1))).rejects.toThrow(OptionError);
    }
  });
});

test('without IndexedDB there is a StorageError that names the cure', async () => {
  await expect(indexedDbStore().load('run')).rejects.toThrow('use another CheckpointStore');
});
