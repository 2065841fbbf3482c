/** The small files of a published model: configurations and tokenizers. */
import { DownloadError, FormatError, OptionError } from '../../core/errors';
import {
  type FileSource,
  isMissing,
  type OpenedFile,
  type OpenOptions,
  openFile,
  readFile,
} from '../../io';
import type { Tokenizer, TokenizerFormat } from '../../text/published/tokenizer';

/** A folder whose small files are read to memory. */
export class Folder {
  readonly #source: FileSource;
  readonly #options: OpenOptions;
  readonly #onBytes: (received: number) => void;
  #received = 0;

  /** @param onBytes called with the number of bytes of all files so far */
  constructor(source: FileSource, options: OpenOptions, onBytes: (received: number) => void) {
    this.#source = source;
    this.#options = options;
    this.#onBytes = onBytes;
  }

  /** Bytes of all files that were read. */
  get received(): number {
    return this.#received;
  }

  /** @throws DownloadError or OptionError for a file that is missing; FormatError; AbortedError */
  async bytes(name: string): Promise<Uint8Array> {
    return this.#read(await openFile(this.#source, name, this.#options));
  }

  /** The contents of a file; undefined if the folder does not have it. */
  async bytesIfThere(name: string): Promise<Uint8Array | undefined> {
    try {
      return await this.bytes(name);
    } catch (error) {
      if (isMissing(error) || isPage(error)) return undefined;
      throw error;
    }
  }

  /** The value of a JSON file. @throws FormatError for other text */
  async json(name: string): Promise<unknown> {
    return jsonOf(name, await this.bytes(name));
  }

  /** The value of a JSON file; undefined if the folder does not have it. */
  async jsonIfThere(name: string): Promise<unknown> {
    const bytes = await this.bytesIfThere(name);
    return bytes && jsonOf(name, bytes);
  }

  /**
   * The tokenizer, of the first format whose files are there.
   * @throws OptionError if there is none; FormatError for damaged files
   */
  async tokenizer(formats: readonly TokenizerFormat[]): Promise<Tokenizer> {
    for (const format of formats) {
      const needed = await this.all(format.files);
      if (needed.size < format.files.length) continue;
      return format.read(new Map([...needed, ...(await this.all(format.optional))]));
    }
    const looked = formats.map(({ name, files }) => `${name} (${files.join(', ')})`);
    throw new OptionError(
      'hub: the model has the files of no imported tokenizer; looked for ' +
        `${looked.join('; ') || 'none'}; import others from 'qkv/text', and pass { tokenizers: [...] }`,
    );
  }

  /** Those of some files that the folder has. */
  async all(names: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const read = async (name: string) => [name, await this.bytesIfThere(name)] as const;
    const files = await Promise.all(names.map(read));
    return new Map(files.flatMap(([name, bytes]) => (bytes ? [[name, bytes] as const] : [])));
  }

  async #read(file: OpenedFile): Promise<Uint8Array> {
    let before = 0;
    return readFile(file, (received) => {
      this.#received += received - before;
      before = received;
      this.#onBytes(this.#received);
    });
  }
}

/** Whether a server answered with a web page, as those of single-page apps do for what is missing. */
function isPage(error: unknown): boolean {
  return error instanceof DownloadError && error.status === 200;
}

function jsonOf(name: string, bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const start = JSON.stringify(text.trim().slice(0, 40));
    throw new FormatError(`${name}: expected JSON, found ${start}; check the address`, { cause });
  }
}
