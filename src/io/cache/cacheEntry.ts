/**
 * A file in a cache, in parts of a few MB with a description beside them. The description is
 * written after each part, so that an interrupted download keeps the parts before.
 */
import type { CacheFolder } from './cacheFolder';

/** What is known of a file in a cache. */
export interface EntryState {
  /** The server's name for this version of the file; undefined if it gave none. */
  readonly etag: string | undefined;
  /** SHA-256 of the whole file in hexadecimal; undefined until the download is complete. */
  readonly sha256: string | undefined;
  /** Bytes of each part. */
  readonly parts: readonly number[];
}

/** Bytes in an entry. */
export function sizeOf({ parts }: EntryState): number {
  return parts.reduce((sum, size) => sum + size, 0);
}

/** A file in a cache. All methods reject if the folder cannot be used. */
export class CacheEntry {
  readonly #folder: CacheFolder;
  /** What the names of its files begin with. */
  readonly #key: string;
  readonly #partBytes: number;

  /** @param partBytes least size of a part but the last */
  constructor(folder: CacheFolder, key: string, partBytes: number) {
    this.#folder = folder;
    this.#key = key;
    this.#partBytes = partBytes;
  }

  /**
   * What is stored, up to the first part whose size is wrong, as after a crash; undefined if there
   * is nothing.
   */
  async state(): Promise<EntryState | undefined> {
    const name = `${this.#key}.json`;
    if ((await this.#folder.size(name)) === undefined) return undefined;
    const state = parseState(new TextDecoder().decode(await this.#folder.read(name)));
    if (state === undefined) return undefined;
    const whole: number[] = [];
    for (const [i, size] of state.parts.entries()) {
      if ((await this.#folder.size(this.#part(i))) !== size) break;
      whole.push(size);
    }
    if (whole.length === state.parts.length) return state;
    return { etag: state.etag, sha256: undefined, parts: whole };
  }

  /** The bytes of a state, part by part. */
  async *read({ parts }: EntryState): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (const i of parts.keys()) yield await this.#folder.read(this.#part(i));
  }

  /** Removes it. */
  async remove(): Promise<void> {
    // The description first: parts without one are never read.
    await this.#folder.remove(`${this.#key}.json`);
    for (const name of await this.#folder.list()) {
      if (name.startsWith(`${this.#key}.`)) await this.#folder.remove(name);
    }
  }

  /** Adds bytes behind those of a state. @param before what to keep; undefined for nothing */
  async writer(etag: string | undefined, before: EntryState | undefined): Promise<EntryWriter> {
    if (before === undefined) await this.remove();
    return new EntryWriter(etag, before?.parts ?? [], {
      partBytes: this.#partBytes,
      part: (i, chunks) => this.#folder.write(this.#part(i), chunks),
      state: (state) =>
        this.#folder.write(`${this.#key}.json`, [new TextEncoder().encode(JSON.stringify(state))]),
    });
  }

  #part(i: number): string {
    return `${this.#key}.${i}`;
  }
}

interface EntryFiles {
  readonly partBytes: number;
  part(i: number, chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<void>;
  state(state: EntryState): Promise<void>;
}

/** Writes the bytes of an entry. */
export class EntryWriter {
  readonly #etag: string | undefined;
  readonly #files: EntryFiles;
  readonly #parts: number[];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  constructor(etag: string | undefined, parts: readonly number[], files: EntryFiles) {
    this.#etag = etag;
    this.#parts = [...parts];
    this.#files = files;
  }

  /** Appends a copy of bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(new Uint8Array(bytes));
    this.#size += bytes.byteLength;
    if (this.#size >= this.#files.partBytes) await this.#flush(undefined);
  }

  /** Ends the file. @param sha256 of all of it; undefined if the download was interrupted */
  async end(sha256: string | undefined): Promise<void> {
    if (sha256 !== undefined || this.#size > 0) await this.#flush(sha256);
  }

  async #flush(sha256: string | undefined): Promise<void> {
    if (this.#size > 0) {
      await this.#files.part(this.#parts.length, this.#chunks);
      this.#parts.push(this.#size);
      this.#chunks = [];
      this.#size = 0;
    }
    await this.#files.state({ etag: this.#etag, sha256, parts: this.#parts });
  }
}

/** Parses a description; undefined if it is damaged. */
function parseState(text: string): EntryState | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return undefined;
    const [etag, sha256, parts] = ['etag', 'sha256', 'parts'].map((name) =>
      Reflect.get(json, name),
    );
    if (!Array.isArray(parts) || !parts.every((size) => Number.isSafeInteger(size) && size > 0)) {
      return undefined;
    }
    const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
    return { etag: textOf(etag), sha256: textOf(sha256), parts: parts.map(Number) };
  } catch {
    return undefined;
  }
}
