/**
 * Downloads a file into memory: progress, abort, length and SHA-256 check, and the browser's Cache
 * API where there is one. Caching never fails a load. No retries and no partial downloads.
 */
import {
  AbortedError,
  checkOptions,
  FormatError,
  OptionError,
  throwIfAborted,
} from '../core/errors';
import { DownloadError } from './errors';

/** How far a download is, in bytes after decompression. */
export interface FetchProgress {
  readonly receivedBytes: number;
  /** undefined when neither the caller nor the server says. */
  readonly totalBytes: number | undefined;
}

export interface FetchBytesOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Bytes the file must have. */
  readonly byteLength?: number;
  /** SHA-256 the file must have: 64 hexadecimal digits. Needs a secure context. */
  readonly sha256?: string;
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
  const where = label(url);
  throwIfAborted(options.signal, where);
  const cached = await readCached(where, url, options);
  if (cached !== undefined) return cached;
  const response = await request(where, url, options.signal);
  const bytes = await receive(where, response, options);
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

/** The address as messages show it: without the query, which may hold a secret. */
function label(url: string | URL): string {
  const [address = ''] = String(url).split(/[?#]/, 1);
  return address.length > 200 ? `${address.slice(0, 200)}...` : address;
}

async function request(
  where: string,
  url: string | URL,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null });
  } catch (cause) {
    throwIfAborted(signal, where);
    throw new DownloadError(
      `${where}: no answer; check the address, the network and the server's CORS headers`,
      undefined,
      { cause },
    );
  }
  if (response.ok) return response;
  await response.body?.cancel().catch(() => {});
  throw new DownloadError(
    `${where}: expected the file, the server answered ${response.status} ${response.statusText}; ` +
      'check the address',
    response.status,
  );
}

/** Reads and checks a body. */
async function receive(
  where: string,
  response: Response,
  options: FetchBytesOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = declaredLength(response);
  const totalBytes = options.byteLength ?? declared;
  const chunks: Uint8Array[] = [];
  let receivedBytes = 0;
  const reader = response.body?.getReader();
  try {
    options.onProgress?.({ receivedBytes, totalBytes });
    for (;;) {
      const chunk = await readChunk(where, reader, receivedBytes, totalBytes, options.signal);
      if (chunk === undefined) break;
      chunks.push(chunk);
      receivedBytes += chunk.byteLength;
      if (receivedBytes > (options.byteLength ?? Infinity)) break;
      options.onProgress?.({ receivedBytes, totalBytes });
    }
    checkLength(where, receivedBytes, options.byteLength, declared);
  } finally {
    // Without effect after the end; otherwise stops the transfer.
    reader?.cancel().catch(() => {});
  }
  const bytes = join(chunks, receivedBytes);
  if (options.sha256 !== undefined) await checkSha256(where, bytes, options.sha256);
  throwIfAborted(options.signal, where);
  return bytes;
}

async function readChunk(
  where: string,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  receivedBytes: number,
  totalBytes: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  throwIfAborted(signal, where);
  try {
    return (await reader?.read())?.value;
  } catch (cause) {
    throwIfAborted(signal, where);
    throw cutShort(where, receivedBytes, totalBytes, cause);
  }
}

/**
 * The length that the server declares for the bytes we shall see. Across origins the browser hides
 * Content-Encoding, so that the length may be the compressed one: unknown.
 */
function declaredLength({ headers, type }: Response): number | undefined {
  const text = headers.get('content-length');
  const isEncoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  if (text === null || !/^\d{1,15}$/.test(text) || isEncoded || type === 'cors') return undefined;
  return Number(text);
}

function checkLength(
  where: string,
  received: number,
  expected: number | undefined,
  declared: number | undefined,
): void {
  const least = expected ?? declared ?? 0;
  if (received < least) throw cutShort(where, received, least);
  if (expected !== undefined && received > expected) {
    throw new FormatError(
      `${where}: expected ${expected} bytes, found more; this is another file: check the address`,
    );
  }
}

function cutShort(
  where: string,
  received: number,
  total: number | undefined,
  cause?: unknown,
): FormatError {
  return new FormatError(
    `${where}: the download was cut short: expected ${total ?? 'more'} bytes, found ${received}; ` +
      'download it again',
    { cause },
  );
}

function join(chunks: readonly Uint8Array[], byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

async function checkSha256(
  where: string,
  bytes: Uint8Array<ArrayBuffer>,
  expected: string,
): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found === expected.toLowerCase()) return;
  throw new FormatError(
    `${where}: expected SHA-256 ${expected.toLowerCase()}, found ${found}; the file is damaged ` +
      'or another one: download it again',
  );
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
    return response && (await receive(where, response, options));
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
