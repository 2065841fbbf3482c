/** Writes word vectors as text that textVectors.ts reads: GloVe's format, or word2vec's with its first line. */

import { checkOptions, FormatError, InputError, OptionError, ShapeError } from '../core/errors';
import { dims } from '../core/shape';
import type { TextVectors } from './textVectors';

/** How a text file of word vectors is written. */
export interface WriteVectorsOptions {
  /** Begin with word2vec's line of how many words of how many numbers follow; false by default. */
  readonly header?: boolean;
}

/** Lines that are yielded together. */
const LINES = 256;

/**
 * The text of word vectors in pieces: each number in the fewest digits that give the same f32 again.
 * @throws InputError for a word that is empty, holds a space or a line's end, or is there twice
 * @throws ShapeError if vectors are not f32 [words, D]; FormatError for a number that is not finite
 * @throws OptionError for D = 1 without a header: the first line could be read as one
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
    throw new OptionError(`${where}: vectors of one number need header: true to be read back`);
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

/** Lines must be read back as what they were. */
function checkWords(where: string, words: readonly string[]): void {
  const seen = new Set<string>();
  for (const word of words) {
    if (word === '' || /[ \t\r\n]/.test(word) || seen.has(word)) {
      throw new InputError(
        `${where}: ${JSON.stringify(word)} is empty, holds a space or is there twice; replace it`,
      );
    }
    seen.add(word);
  }
}

/** Below it float32 has fewer digits. */
const LEAST_NORMAL = 2 ** -126;

/**
 * The fewest digits that give the same float32 again: 9 always do.
 * @throws FormatError for what is no finite number
 */
export function float32Text(value: number): string {
  if (!Number.isFinite(value)) throw new FormatError(`word vectors: ${value} cannot be written`);
  if (Object.is(value, -0)) return '-0';
  // A float32 that any 6 digits name is named by its own first 6, unless it is subnormal.
  for (let digits = Math.abs(value) < LEAST_NORMAL ? 1 : 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
