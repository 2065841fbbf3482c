/** Writes word vectors as text in GloVe's format, or in word2vec's, which has a header. */
import { checkOptions, FormatError, InputError, OptionError, ShapeError } from '../core/errors';
import { dims } from '../core/shape';
import type { TextVectors } from './textVectors';

/** Options of writing word vectors. */
export interface WriteVectorsOptions {
  /**
   * Whether to begin with word2vec's header, the numbers of words and dimensions (default false).
   */
  readonly header?: boolean;
}

/** Number of lines in a chunk. */
const LINES = 256;

/**
 * Writes word vectors as text in chunks. Numbers have the fewest digits that parse to the same f32.
 * @throws InputError for a word that is empty, contains white space or occurs twice
 * @throws ShapeError if vectors are not f32 [words, D]; FormatError for a number that is not finite
 * @throws OptionError for D = 1 without a header, because the first line could be mistaken for one
 */
export function* writeTextVectors(
  { words, vectors }: TextVectors,
  options: WriteVectorsOptions = {},
): Generator<string> {
  const where = 'writeTextVectors';
  checkOptions(where, options, ['header']);
  const { header = false } = options;
  const { shape, data } = vectors;
  const [rows, dimensions] = dims(vectors, 2, where);
  const fits = rows === words.length && rows * dimensions === data.length && dimensions > 0;
  if (!fits || !(data instanceof Float32Array)) {
    throw new ShapeError(`${where}: expected f32 [${words.length}, D], found [${shape}]`);
  }
  if (dimensions === 1 && !header) {
    throw new OptionError(`${where}: vectors of one dimension need header: true`);
  }
  checkWords(where, words);
  if (header) yield `${rows} ${dimensions}\n`;
  for (let at = 0; at < rows; at += LINES) {
    const lines = words.slice(at, at + LINES).map((word, i) => {
      const row = data.subarray((at + i) * dimensions, (at + i + 1) * dimensions);
      return `${word} ${Array.from(row, float32Text).join(' ')}\n`;
    });
    yield lines.join('');
  }
}

/** Checks that words can be read back from their lines. */
function checkWords(where: string, words: readonly string[]): void {
  const seen = new Set<string>();
  for (const word of words) {
    if (word === '' || /[ \t\r\n]/.test(word) || seen.has(word)) {
      throw new InputError(
        `${where}: ${JSON.stringify(word)} is empty, contains white space or occurs twice; replace it`,
      );
    }
    seen.add(word);
  }
}

/** The smallest normal float32; smaller values have fewer significant digits. */
const LEAST_NORMAL = 2 ** -126;

/**
 * Formats a float32 with the fewest digits that parse to the same value, which are at most 9.
 * @throws FormatError for NaN and infinities
 */
export function float32Text(value: number): string {
  if (!Number.isFinite(value)) throw new FormatError(`word vectors: ${value} cannot be written`);
  if (Object.is(value, -0)) return '-0';
  // If any decimal of at most 6 digits parses to a normal float32, then rounding the value to 6
  // digits gives one.
  for (let digits = Math.abs(value) < LEAST_NORMAL ? 1 : 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
