/**
 * Downloads a file to memory, with the browser's Cache API where available. Failures of the cache
 * do not fail the download. There are no retries and no partial downloads.
 */
import { AbortedError, checkOptions, OptionError, throwIfAborted } from '../core/errors';
import { type ReceiveOptions, receiveBytes } from './receiveBytes';
import { addressLabel, request } from './request';

export interface FetchBytesOptions extends ReceiveOptions {
  /**
   * Name of the Cache API cache for the file. Requires `sha256`, by which a stale file in the cache
   * is detected. Ignored where there is no Cache API.
   */
  readonly cacheName?: string;
  /** Called if the cache cannot be used (full, denied, damaged entry); the download continues. */
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
 * Downloads a file.
 * @throws DownloadError if there is no response, or its status is an error
 * @throws FormatError if the body is truncated, too long, or has another SHA-256
 * @throws AbortedError if the signal fires
 * @throws OptionError for unknown or invalid options
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

/** Reads the file from the cache; undefined unless it is there and passes all checks. */
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

/** Saves the file to the cache; failures (QuotaExceededError) are reported, not thrown. */
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
