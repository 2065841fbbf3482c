/**
 * A cache of downloaded files on the user's disk, as a replacement for `fetch`: interrupted downloads
 * are resumed, complete ones are asked for again only if the server has another version, and are
 * there without a network. A body goes to the caller and to the cache at the same time.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { checkOptions, FormatError } from '../../core/errors';
import { addressLabel } from '../request';
import { CacheEntry, type EntryState, type EntryWriter, sizeOf } from './cacheEntry';
import type { CacheFolder } from './cacheFolder';
import { openCacheFolder } from './openFolder';

/** Options of a cache. */
export interface ModelCacheOptions {
  /**
   * Name of the cache's folder in the browser's origin private file system; in Node, Deno and Bun, a
   * path (default 'qkv-models').
   */
  readonly name?: string;
  /**
   * Whether stored files are checked against their SHA-256 while they are read (default: their size
   * only). A damaged file ends the load with a FormatError, and is downloaded again by the next.
   */
  readonly verify?: boolean;
  /** Replaces the global `fetch` for what is downloaded (default: `globalThis.fetch`). */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Called if the cache cannot be used: no space, no permission. The download goes on without it.
   */
  readonly onCacheFailure?: (cause: unknown) => void;
}

/** A cache of downloaded files. */
export interface ModelCache {
  /**
   * Fetches through the cache: pass it to a load, `{ fetch: modelCache().fetch }`. Requests other
   * than plain GETs are passed on. Files are stored by address, with its query.
   */
  readonly fetch: typeof globalThis.fetch;
  /** Removes a file. @throws StorageError, DOMException if the folder cannot be used */
  remove(address: string | URL): Promise<void>;
}

/**
 * A cache of downloaded files. Servers of other origins must expose ETag and allow If-None-Match,
 * If-Range and Range by CORS headers; without, files are downloaded again, or stay as they are.
 * @throws OptionError for unknown options
 */
export function modelCache(options: ModelCacheOptions = {}): ModelCache {
  checkOptions('modelCache', options, ['name', 'verify', 'fetch', 'onCacheFailure']);
  return new DiskCache(options, PART_BYTES);
}

/** Least bytes of a part of a file, of which one is in memory while the file is downloaded. */
const PART_BYTES = 2 ** 23;

/** The files that are being read or written now, by the names of caches and files. */
const busy = new Set<string>();

/** A cache whose files are in parts of a given size. */
export class DiskCache implements ModelCache {
  readonly #name: string;
  readonly #options: ModelCacheOptions;
  #folder: Promise<CacheFolder> | undefined;

  readonly #partBytes: number;

  constructor(options: ModelCacheOptions, partBytes: number) {
    this.#partBytes = partBytes;
    this.#name = options.name ?? 'qkv-models';
    this.#options = options;
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const fetchOnline = this.#options.fetch ?? globalThis.fetch;
    const { method = 'GET' } = init ?? {};
    const isPlain = (typeof input === 'string' || input instanceof URL) && method === 'GET';
    if (!isPlain || new Headers(init?.headers).has('range')) return fetchOnline(input, init);
    const key = keyOf(input);
    const lock = `${this.#name}/${key}`;
    // A second download of a file at the same time goes past the cache.
    if (busy.has(lock)) return fetchOnline(input, init);
    busy.add(lock);
    const release = () => busy.delete(lock);
    try {
      const download = new Download(input, init ?? {}, fetchOnline, this.#options, release);
      return await download.response(await this.#entry(key));
    } catch (error) {
      release();
      throw error;
    }
  };

  async remove(address: string | URL): Promise<void> {
    this.#folder ??= openCacheFolder(this.#name);
    await new CacheEntry(await this.#folder, keyOf(address), this.#partBytes).remove();
  }

  /** The entry of a file; undefined if the folder cannot be used. */
  async #entry(key: string): Promise<CacheEntry | undefined> {
    try {
      this.#folder ??= openCacheFolder(this.#name);
      return new CacheEntry(await this.#folder, key, this.#partBytes);
    } catch (cause) {
      this.#folder = undefined;
      this.#options.onCacheFailure?.(cause);
      return undefined;
    }
  }
}

/** The name of an address in a folder. */
function keyOf(address: string | URL): string {
  const text = String(address).replace(/#.*$/s, '');
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 40);
}

/** One download through the cache. */
class Download {
  readonly #address: string | URL;
  readonly #init: RequestInit;
  readonly #fetch: typeof globalThis.fetch;
  readonly #options: ModelCacheOptions;
  readonly #release: () => void;

  constructor(
    address: string | URL,
    init: RequestInit,
    fetchOnline: typeof globalThis.fetch,
    options: ModelCacheOptions,
    release: () => void,
  ) {
    this.#address = address;
    this.#init = init;
    this.#fetch = fetchOnline;
    this.#options = options;
    this.#release = release;
  }

  /** The response; the download is over, and released, when its body has been read. */
  async response(entry: CacheEntry | undefined): Promise<Response> {
    const stored = await this.#attempt(() => entry?.state());
    const isWhole = stored?.sha256 !== undefined;
    const online = await this.#request(stored, isWhole);
    if (entry === undefined || (online !== undefined && !online.ok && online.status !== 304)) {
      this.#release();
      return online ?? Response.error();
    }
    if (stored !== undefined && (online === undefined || online.status === 304)) {
      await online?.body?.cancel();
      return this.#answer(this.#read(entry, stored), sizeOf(stored), undefined);
    }
    if (online === undefined) return Response.error();
    const kept = online.status === 206 ? stored : undefined;
    const etag = kept?.etag ?? online.headers.get('etag') ?? undefined;
    const writer = await this.#attempt(() => entry.writer(etag, kept));
    const total = totalOf(online, kept);
    return this.#answer(this.#tee(online, entry, kept, writer, total), total, online);
  }

  /** @returns undefined if the network failed and the stored file is whole */
  async #request(stored: EntryState | undefined, isWhole: boolean): Promise<Response | undefined> {
    const headers = new Headers(this.#init.headers);
    const { etag } = stored ?? {};
    if (isWhole && etag !== undefined) headers.set('if-none-match', etag);
    const from = stored === undefined ? 0 : sizeOf(stored);
    // Weak tags name versions that may differ in their bytes.
    const canResume = !isWhole && from > 0 && etag !== undefined && !etag.startsWith('W/');
    if (canResume) {
      headers.set('range', `bytes=${from}-`);
      headers.set('if-range', etag);
    }
    const plain = () => this.#fetch(this.#address, this.#init);
    try {
      const response = await this.#fetch(this.#address, { ...this.#init, headers });
      const start = response.headers.get('content-range') ?? `bytes ${from}-`;
      const isRest = response.status === 206 && canResume && start.startsWith(`bytes ${from}-`);
      if (response.status === 416 || (response.status === 206 && !isRest)) {
        await response.body?.cancel();
        return await plain();
      }
      return response;
    } catch (error) {
      if (this.#init.signal?.aborted === true) throw error;
      if (isWhole) return undefined;
      // The server may not allow the headers of other origins.
      if (canResume) return plain();
      throw error;
    }
  }

  /** Uses the cache; its failures are reported, and undefined returned. */
  async #attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      this.#options.onCacheFailure?.(cause);
      return undefined;
    }
  }

  /** A stored file. */
  async *#read(entry: CacheEntry, stored: EntryState): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const hash = this.#options.verify === true ? sha256.create() : undefined;
    for await (const chunk of entry.read(stored)) {
      hash?.update(chunk);
      yield chunk;
    }
    if (hash === undefined || bytesToHex(hash.digest()) === stored.sha256) return;
    await this.#attempt(() => entry.remove());
    throw new FormatError(
      `${addressLabel(this.#address)}: the stored copy is damaged, and was removed; load it again`,
    );
  }

  /** The stored beginning of a file and the body of a response, which is stored, too. */
  async *#tee(
    online: Response,
    entry: CacheEntry,
    kept: EntryState | undefined,
    started: EntryWriter | undefined,
    total: number | undefined,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const hash = sha256.create();
    const reader = online.body?.getReader();
    let writer = started;
    let received = 0;
    let isWhole = false;
    const store = async (work: (to: EntryWriter) => Promise<void>) => {
      const to = writer;
      if (to === undefined) return;
      try {
        await work(to);
      } catch (cause) {
        writer = undefined;
        this.#options.onCacheFailure?.(cause);
        await this.#attempt(() => entry.remove());
      }
    };
    try {
      if (kept !== undefined) {
        for await (const chunk of entry.read(kept)) {
          hash.update(chunk);
          received += chunk.byteLength;
          yield chunk;
        }
      }
      for (;;) {
        const chunk = (await reader?.read())?.value;
        if (chunk === undefined) break;
        hash.update(chunk);
        received += chunk.byteLength;
        await store((to) => to.write(chunk));
        yield chunk;
      }
      isWhole = received === (total ?? received);
    } finally {
      reader?.cancel().catch(() => undefined);
      await store((to) => to.end(isWhole ? bytesToHex(hash.digest()) : undefined));
    }
  }

  #answer(
    chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
    byteLength: number | undefined,
    online: Response | undefined,
  ): Response {
    const release = this.#release;
    const headers = new Headers();
    const type = online?.headers.get('content-type');
    if (type) headers.set('content-type', type);
    if (byteLength !== undefined) headers.set('content-length', String(byteLength));
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          try {
            const { done, value } = await chunks.next();
            if (done !== true) {
              controller.enqueue(value);
              return;
            }
            release();
            controller.close();
          } catch (error) {
            release();
            controller.error(error);
          }
        },
        async cancel() {
          await chunks.return(undefined).finally(release);
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers });
  }
}

/** Bytes of the whole file; undefined if the server does not tell, or compresses it. */
function totalOf(online: Response, kept: EntryState | undefined): number | undefined {
  const { headers } = online;
  const length = headers.get('content-length');
  const isEncoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  if (length === null || !/^\d{1,15}$/.test(length) || isEncoded || online.type === 'cors') {
    return undefined;
  }
  return Number(length) + (kept === undefined ? 0 : sizeOf(kept));
}
