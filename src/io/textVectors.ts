/**
 * Reads word vectors from text, a word and its numbers a line: GloVe's format, and word2vec's, whose first
 * line says how many words of how many numbers follow. The text comes in pieces; textVectorLine.ts reads
 * a line, textVectorsWriter.ts writes.
 */
import { checkOptions, FormatError, OptionError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { readHeader, readVectorLine } from './textVectorLine';

/** Words and their vectors, row by row. */
export interface TextVectors {
  readonly words: readonly string[];
  /** f32 [words, D]. */
  readonly vectors: HostTensor;
}

/** How a text file of word vectors is read. */
export interface ReadVectorsOptions {
  /** Numbers a word, D; given, words may hold spaces. Otherwise the first line says. */
  readonly dimensions?: number;
  /** Read so many words at most: files begin with the most frequent ones. Default: all. */
  readonly limit?: number;
  /** A word that stands there again is an error (default), or only its first vector counts. */
  readonly duplicates?: 'error' | 'first';
}

/** Pieces of a file as they come: of text, or of UTF-8. */
export type TextChunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Reads word vectors. Holds a line of the text at a time.
 * @throws FormatError naming the line that has another number of numbers, a number that is none or is
 *   too large for f32, no word, or a word again; or when there are no vectors, or fewer than announced
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

/** Words and vectors as they come; room for vectors doubles when it is full. */
class VectorTable {
  /** Lines that were added, those of words that were there already among them. */
  lines = 0;
  readonly #lineOf = new Map<string, string>();
  readonly #duplicates: 'error' | 'first';
  /** Whether words may hold spaces: how many numbers end a line is known. */
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

  /** Makes room for as many words as a header announces. */
  expect(where: string, dimensions: number, count: number): void {
    if (dimensions !== (this.#dimensions ?? dimensions)) {
      throw new FormatError(
        `${where}: announces ${dimensions} numbers a word, expected ${this.#dimensions}`,
      );
    }
    this.#dimensions = dimensions;
    // A damaged header must not exhaust memory: beyond this, room grows with what is there.
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
        `${where}: '${word}' was in ${before} already; pass duplicates: 'first' to keep that`,
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

/** The lines of a text that comes in pieces, without their ends; a last empty one does not count. */
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
