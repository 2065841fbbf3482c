/**
 * The tensors of a model's files as a stream: the headers of a file come first, then the bytes of its
 * tensors in the order of the file, so that no file is ever in memory as a whole. A model is one
 * safetensors file, unless other formats of files are passed in.
 */
import { FormatError } from '../core/errors';
import { type FileSource, isMissing, type OpenOptions, openFile } from './fileSource';
import type { OpenedFile } from './openedFile';
import {
  checkByteLength,
  type HeaderEntry,
  headerEnd,
  LENGTH_BYTES,
  readHeader,
} from './safetensorsHeader';

/** The tensors of a model, in one file or several, which are read once, one after the other. */
export interface TensorFiles {
  /** Bytes that will be read; undefined if unknown until then. */
  readonly byteLength: number | undefined;
  /** Whether the names of tensors are known only when a whole file has been read (default false). */
  readonly isWhole?: boolean;
  /**
   * The files in turn: each must be read before the next.
   * @param onBytes called with the number of bytes so far, which is at most `byteLength`
   * @throws FormatError for a damaged file; DownloadError; AbortedError
   */
  read(onBytes: (received: number) => void): AsyncIterable<TensorFile>;
}

/** A file of tensors whose header has been read. */
export interface TensorFile {
  /** Its address or name, for messages. */
  readonly where: string;
  /** Its tensors, in the order of their bytes. */
  readonly tensors: readonly HeaderEntry[];
  /** Names of the tensors in all files of the model. */
  readonly names: ReadonlySet<string>;
  /**
   * Fills an array with the next bytes of its tensors, which follow each other without gaps.
   * @throws FormatError if the file ends before; DownloadError; AbortedError
   */
  fill(bytes: Uint8Array): Promise<void>;
}

/** Opens a file of the same folder. @throws DownloadError or OptionError if it is missing */
export type OpenSibling = (name: string) => Promise<OpenedFile>;

/** A way to store the tensors of a model in files. */
export interface FileFormat {
  /** Name of the file that shows that the format is used. */
  readonly file: string;
  /** @throws FormatError for a damaged file; DownloadError; AbortedError */
  open(first: OpenedFile, openSibling: OpenSibling): TensorFiles | Promise<TensorFiles>;
}

/**
 * Opens the tensors of a model.
 * @param formats other formats than model.safetensors, which is looked for first
 * @throws DownloadError if no such file exists; OptionError if the source lacks it; AbortedError
 */
export async function openTensors(
  source: FileSource,
  options: OpenOptions,
  formats: readonly FileFormat[] = [],
): Promise<TensorFiles> {
  const openSibling: OpenSibling = (name) => openFile(source, name, options);
  let failure: unknown;
  const all = [{ file: 'model.safetensors', open: safetensorsFile }, ...formats];
  for (const { file, open } of all) {
    let first: OpenedFile;
    try {
      first = await openSibling(file);
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (failure instanceof Error) failure.message += `; there is no ${file} either`;
      failure ??= error;
      continue;
    }
    return open(first, openSibling);
  }
  throw failure;
}

/** The tensors of one safetensors file. */
export function safetensorsFile(file: OpenedFile): TensorFiles {
  return { byteLength: file.byteLength, read: (onBytes) => readSafetensors(file, onBytes) };
}

/**
 * Reads a safetensors file as a stream.
 * @param names of the tensors in all files of the model (default: of those in this one)
 */
export async function* readSafetensors(
  file: OpenedFile,
  onBytes: (received: number) => void,
  names?: ReadonlySet<string>,
): AsyncGenerator<TensorFile, void> {
  const { where } = file;
  const reader = new ByteReader(file, onBytes);
  try {
    const start = await reader.take(new Uint8Array(LENGTH_BYTES));
    const header = await located(where, async () => {
      const bytes = new Uint8Array(headerEnd(start));
      bytes.set(start);
      const rest = await reader.take(bytes.subarray(LENGTH_BYTES));
      return readHeader(bytes.subarray(0, LENGTH_BYTES + rest.byteLength));
    });
    const check = (found: number) => located(where, () => checkByteLength(header, found));
    await check(file.byteLength ?? header.byteLength);
    const { entries: tensors } = header;
    yield {
      where,
      tensors,
      names: names ?? new Set(tensors.map(({ name }) => name)),
      async fill(bytes) {
        const { byteLength } = await reader.take(bytes);
        if (byteLength < bytes.byteLength) await check(reader.received);
      },
    };
    // Further bytes are an error, as is a body that is shorter than the server declared.
    await reader.take(new Uint8Array(1));
    await check(reader.received);
  } finally {
    await reader.close();
  }
}

/** Names the file in the FormatErrors of work on it. */
async function located<T>(where: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${where}: ${error.message}`, { cause: error });
  }
}

/** Reads a file's chunks in pieces of other sizes. */
class ByteReader {
  /** Number of bytes in the chunks so far. */
  received = 0;
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  readonly #onBytes: (received: number) => void;
  /** What is left of the last chunk. */
  #rest: Uint8Array = new Uint8Array();

  constructor(file: OpenedFile, onBytes: (received: number) => void) {
    const chunks = file.chunks();
    this.#chunks =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
    this.#onBytes = onBytes;
  }

  /** Fills an array with the next bytes. @returns its filled part: all of it, unless they end */
  async take(bytes: Uint8Array): Promise<Uint8Array> {
    let at = 0;
    while (at < bytes.byteLength) {
      if (this.#rest.byteLength === 0) {
        const { done, value } = await this.#chunks.next();
        if (done === true) break;
        this.#rest = value;
        this.received += value.byteLength;
        this.#onBytes(this.received);
      }
      const part = this.#rest.subarray(0, bytes.byteLength - at);
      bytes.set(part, at);
      at += part.byteLength;
      this.#rest = this.#rest.subarray(part.byteLength);
    }
    return bytes.subarray(0, at);
  }

  /** Stops reading. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
