/**
 * Downloads a file into memory, through the browser's Cache API where there is one; caching never
 * fails a load. No retries and no partial downloads. receiveBytes.ts reads and checks the body.
 */
import { AbortedError, checkOptions, OptionError, throwIfAborted } from '../core/errors';
import { type ReceiveOptions, receiveBytes } from './receiveBytes';
import { addressLabel, request } from './request';

export interface FetchBytesOptions extends ReceiveOptions {
  /**
   * Name of the Cache API cache to keep the file in. Needs `sha256`: a cached file counts only when
   * it is the one asked for. Where there is no Cache API the file is just downloaded.
   */
  readonly cacheName?: string;
  /** Told why the cache was not used (full, denied, damaged entry); the load goes on. */
  readonly onCacheFailure?: (cause: unknown) => void;
}

const OPTION_NAMES = [
  'signal',
  'onProgress',
  'byteLength',
  'sha256',
  'cacheName',
  'onCacheFailure',
] as const;

/**
 * The bytes of a file.
 * @throws DownloadError when there is no answer or not a good one
 * @throws FormatError when the body is cut short, too long, or its SHA-256 differs
 * @throws AbortedError when the signal fires
 * @throws OptionError for unknown or impossible options
 */
export async function fetchBytes(
  url: string | URL,
  options: FetchBytesOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkFetchOptions(options);
  const where = addressLabel(url);
  throwIfAborted(options.signal, where);
  const cached = await readCached(where, url, options);
  if (cached !== undefined) return cached;
  const response = await request(where, url, { signal: options.signal });
  const bytes = await receiveBytes(where, response, options);
  await writeCached(url, bytes, options);
  throwIfAborted(options.signal, where);
  return bytes;
}

function checkFetchOptions(options: FetchBytesOptions): void {
  checkOptions('fetchBytes', options, OPTION_NAMES);
  const { byteLength, sha256, cacheName } = options;
  if (byteLength !== undefined && !(Number.isSafeInteger(byteLength) && byteLength >= 0)) {
    throw new OptionError(`fetchBytes: byteLength must be a whole number >= 0, not ${byteLength}`);
  }
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new OptionError(`fetchBytes: sha256 must be 64 hexadecimal digits, not '${sha256}'`);
  }
  if (sha256 !== undefined && globalThis.crypto?.subtle === undefined) {
    throw new OptionError(
      'fetchBytes: sha256 cannot be checked here (no crypto.subtle); serve the page over https ' +
        'or from localhost',
    );
  }
  if (cacheName !== undefined && sha256 === undefined) {
    throw new OptionError('fetchBytes: cacheName needs sha256, or a stale file could be returned');
  }
}

/** The file from the cache, if it is there and passes every check. */
async function readCached(
  where: string,
  url: string | URL,
  options: FetchBytesOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (options.cacheName === undefined || !('caches' in globalThis)) return undefined;
  try {
    const cache = await caches.open(options.cacheName);
    const response = await cache.match(url);
    return response && (await receiveBytes(where, response, options));
  } catch (cause) {
    if (cause instanceof AbortedError) throw cause;
    throwIfAborted(options.signal, where);
    options.onCacheFailure?.(cause);
    return undefined;
  }
}

/** Keeps the file; where that fails (QuotaExceededError) the load goes on without. */
async function writeCached(
  url: string | URL,
  bytes: Uint8Array<ArrayBuffer>,
  options: FetchBytesOptions,
): Promise<void> {
  if (options.cacheName === undefined || !('caches' in globalThis)) return;
  try {
    const cache = await caches.open(options.cacheName);
    const headers = { 'content-length': String(bytes.byteLength) };
    await cache.put(url, new Response(bytes, { headers }));
  } catch (cause) {
    options.onCacheFailure?.(cause);
  }
}
