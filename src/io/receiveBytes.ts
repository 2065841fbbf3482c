/**
 * Reads the body of a response to memory, with progress and abort, and checks that it is complete,
 * because a truncated body without content-length is not an error of `fetch`.
 */
import { FormatError, throwIfAborted } from '../core/errors';

/** Progress of a download, in bytes after decompression. */
export interface FetchProgress {
  readonly receivedBytes: number;
  /** undefined if neither the caller nor the server provides it. */
  readonly totalBytes: number | undefined;
}

export interface ReceiveOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
  /** The required size of the file in bytes; memory is then allocated once. */
  readonly byteLength?: number;
  /** The required SHA-256 of the file, as 64 hexadecimal digits. Needs a secure context. */
  readonly sha256?: string;
}

/**
 * Reads the body of a response.
 * @param where names the file in messages
 * @throws FormatError if it is truncated, too long, or has another SHA-256
 * @throws AbortedError if the signal fires
 */
export async function receiveBytes(
  where: string,
  response: Response,
  options: ReceiveOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = new ByteSink(where, options.byteLength);
  for await (const chunk of receiveChunks(where, response, options)) sink.add(chunk);
  const bytes = sink.join();
  if (options.sha256 !== undefined) await checkSha256(where, bytes, options.sha256);
  throwIfAborted(options.signal, where);
  return bytes;
}

/**
 * The chunks of the body of a response.
 * @param where names the file in messages
 * @throws FormatError if it is truncated
 * @throws AbortedError if the signal fires
 */
export async function* receiveChunks(
  where: string,
  response: Response,
  options: Pick<ReceiveOptions, 'signal' | 'onProgress' | 'byteLength'>,
): AsyncGenerator<Uint8Array> {
  const totalBytes = options.byteLength ?? declaredLength(response);
  const reader = response.body?.getReader();
  let receivedBytes = 0;
  try {
    for (;;) {
      options.onProgress?.({ receivedBytes, totalBytes });
      const chunk = await readChunk(where, reader, receivedBytes, totalBytes, options.signal);
      if (chunk === undefined) break;
      receivedBytes += chunk.byteLength;
      yield chunk;
    }
  } finally {
    // Stops the transfer if it is incomplete; has no effect otherwise.
    reader?.cancel().catch(() => {});
  }
  if (receivedBytes < (totalBytes ?? 0)) throw cutShort(where, receivedBytes, totalBytes);
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
 * The number of bytes that the server declares for the decoded body; undefined if unknown. Across
 * origins, browsers hide Content-Encoding, so that the declared length may be that of the
 * compressed body.
 */
export function declaredLength({ headers, type }: Response): number | undefined {
  const text = headers.get('content-length');
  const isEncoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  if (text === null || !/^\d{1,15}$/.test(text) || isEncoded || type === 'cors') return undefined;
  return Number(text);
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
      'or of another version: download it again',
  );
}

/**
 * Collects chunks, in one array if the length is known, else in a list that is joined at the end.
 */
export class ByteSink {
  #receivedBytes = 0;
  readonly #where: string;
  readonly #whole: Uint8Array<ArrayBuffer> | undefined;
  readonly #chunks: Uint8Array[] = [];

  constructor(where: string, byteLength: number | undefined) {
    this.#where = where;
    this.#whole = byteLength === undefined ? undefined : new Uint8Array(byteLength);
  }

  /** Appends a chunk. @throws FormatError if it exceeds the known length */
  add(chunk: Uint8Array): void {
    const end = this.#receivedBytes + chunk.byteLength;
    if (this.#whole === undefined) {
      this.#chunks.push(chunk);
    } else if (end > this.#whole.byteLength) {
      throw new FormatError(
        `${this.#where}: expected ${this.#whole.byteLength} bytes, found more; this is another ` +
          'file: check the address',
      );
    } else {
      this.#whole.set(chunk, this.#receivedBytes);
    }
    this.#receivedBytes = end;
  }

  /** All bytes so far. */
  join(): Uint8Array<ArrayBuffer> {
    if (this.#whole !== undefined) return this.#whole;
    const whole = new Uint8Array(this.#receivedBytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }
}
