/**
 * Reads word vectors from text with a word and its numbers in each line: GloVe's format, and
 * word2vec's, whose first line has the numbers of words and dimensions. The text is parsed in
 * chunks.
 */
import { checkOptions, FormatError, OptionError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { readHeader, readVectorLine } from './textVectorLine';

/** Words, and their vectors as the rows of a matrix. */
export interface TextVectors {
  readonly words: readonly string[];
  /** f32 [words, D]. */
  readonly vectors: HostTensor;
}

/** Options of reading word vectors. */
export interface ReadVectorsOptions {
  /**
   * Dimensions of a vector, D (default: inferred from the first line). If present, words may
   * contain spaces.
   */
  readonly dimensions?: number;
  /** Maximum number of words; files begin with the most frequent ones (default: unlimited). */
  readonly limit?: number;
  /** Whether a duplicate word is an error (default), or only its first vector is used. */
  readonly duplicates?: 'error' | 'first';
}

/** Chunks of a file, as text or UTF-8 bytes. */
export type TextChunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Reads word vectors, with at most one line of the text in memory at a time.
 * @throws FormatError naming a line with a wrong number of values, an invalid number, one that
 *   overflows f32, no word or a duplicate word; or if there are no vectors, or fewer than the
 *   header says
 * @throws OptionError
 */
export async function readTextVectors(
  chunks: TextChunks,
  options: ReadVectorsOptions = {},
): Promise<TextVectors> {
  const where = 'readTextVectors';
  checkOptions(where, options, ['dimensions', 'limit', 'duplicates']);
  const { limit = Number.POSITIVE_INFINITY, duplicates = 'error' } = options;
  for (const [name, value] of Object.entries({ dimensions: options.dimensions ?? 1, limit })) {
    if (value >= 1 && (Number.isInteger(value) || value === Infinity)) continue;
    throw new OptionError(`${where}: ${name} must be a whole number of at least 1, found ${value}`);
  }
  const table = new VectorTable(options.dimensions, duplicates);
  let announced: number | undefined;
  let line = 0;
  for await (const text of linesOf(where, chunks)) {
    line++;
    const header = line === 1 ? readHeader(text) : undefined;
    if (header === undefined) table.add(`${where}: line ${line}`, text);
    else {
      announced = header.count;
      table.expect(`${where}: line 1`, header.dimensions, Math.min(limit, header.count));
    }
    if (table.size >= limit) return table.result();
  }
  if (table.size === 0) throw new FormatError(`${where}: expected word vectors, the text has none`);
  if (announced !== undefined && announced !== table.lines) {
    throw new FormatError(
      `${where}: the first line announces ${announced} words, found ${table.lines}; was the file cut short?`,
    );
  }
  return table.result();
}

/** Collects words and vectors; the capacity doubles when it is exhausted. */
class VectorTable {
  /** Number of lines added, including those of duplicate words. */
  lines = 0;
  readonly #lineOf = new Map<string, string>();
  readonly #duplicates: 'error' | 'first';
  /** Whether words may contain spaces, which requires that the number of dimensions is known. */
  readonly #spaces: boolean;
  #dimensions: number | undefined;
  #data = new Float32Array(0);

  constructor(dimensions: number | undefined, duplicates: 'error' | 'first') {
    this.#dimensions = dimensions;
    this.#spaces = dimensions !== undefined;
    this.#duplicates = duplicates;
  }

  get size(): number {
    return this.#lineOf.size;
  }

  /** Allocates the capacity that a header announces. */
  expect(where: string, dimensions: number, count: number): void {
    if (dimensions !== (this.#dimensions ?? dimensions)) {
      throw new FormatError(
        `${where}: the header says ${dimensions} dimensions, expected ${this.#dimensions}`,
      );
    }
    this.#dimensions = dimensions;
    // Limited, so that a damaged header cannot exhaust memory; the capacity grows as vectors are
    // added.
    this.#data = new Float32Array(Math.min(count * dimensions, 2 ** 26));
  }

  add(where: string, text: string): void {
    const { word, numbers } = readVectorLine(where, text, this.#dimensions, this.#spaces);
    this.#dimensions ??= numbers.length;
    this.lines++;
    const before = this.#lineOf.get(word);
    if (before !== undefined) {
      if (this.#duplicates === 'first') return;
      throw new FormatError(
        `${where}: '${word}' occurred in ${before} already; pass duplicates: 'first' to keep that one`,
      );
    }
    const at = this.size * numbers.length;
    if (at + numbers.length > this.#data.length) {
      const grown = new Float32Array(2 * (at + numbers.length));
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data.set(numbers, at);
    this.#lineOf.set(word, where.slice(where.lastIndexOf('line')));
  }

  result(): TextVectors {
    const shape = [this.size, this.#dimensions ?? 0];
    const length = this.size * (this.#dimensions ?? 0);
    const data = this.#data.length === length ? this.#data : this.#data.slice(0, length);
    return { words: [...this.#lineOf.keys()], vectors: { shape, data } };
  }
}

/** The lines of a text in chunks, without line ends; an empty last line is dropped. */
async function* linesOf(where: string, chunks: TextChunks): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new FormatError(`${where}: not valid UTF-8 text; convert the file?`, { cause });
    }
  };
  let rest = '';
  let isFirst = true;
  for await (const chunk of chunks) {
    const piece = typeof chunk === 'string' ? chunk : decode(chunk);
    const text = isFirst ? piece.replace(/^\uFEFF/u, '') : piece;
    isFirst = false;
    if (!text.includes('\n')) {
      rest += text;
      continue;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.map(withoutReturn);
  }
  rest += decode();
  if (rest !== '') yield withoutReturn(rest);
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
