/** Parses lines of word vector files: a word and numbers, separated by single spaces. */
import { FormatError } from '../core/errors';

/** Parses the header of word2vec's format, 'COUNT DIMENSIONS'; undefined if the line is not one. */
export function readHeader(
  line: string,
): { readonly count: number; readonly dimensions: number } | undefined {
  const [, count, dimensions] = /^(\d{1,12}) (\d{1,6}) ?$/.exec(line) ?? [];
  if (count === undefined || dimensions === undefined) return undefined;
  return { count: Number(count), dimensions: Number(dimensions) };
}

/**
 * Parses a line with a word and its vector.
 * @param dimensions the required number of values (default: any)
 * @param spaces whether the word may contain spaces
 * @throws FormatError for a line that does not fit
 */
export function readVectorLine(
  where: string,
  line: string,
  dimensions: number | undefined,
  spaces: boolean,
): { readonly word: string; readonly numbers: Float32Array } {
  // word2vec ends its lines with a space.
  const fields = line.replace(/[ \t]$/, '').split(/[ \t]/);
  const count = dimensions ?? fields.length - 1;
  const word = fields.slice(0, fields.length - count).join(' ');
  const fits = spaces ? fields.length > count : fields.length === count + 1;
  if (!fits || count === 0 || word === '') {
    throw new FormatError(
      `${where}: expected a word and ${dimensions ?? 'some'} numbers, found ${fields.length} ` +
        `fields: ${quote(line)}`,
    );
  }
  const numbers = Float32Array.from(fields.slice(-count), Number);
  const bad = numbers.findIndex((value, i) => !isNumber(fields[fields.length - count + i], value));
  if (bad >= 0) {
    throw new FormatError(
      `${where}: number ${bad + 1} of ${count} is '${fields[fields.length - count + bad]}', not a ` +
        `finite f32: ${quote(line)}`,
    );
  }
  return { word, numbers };
}

/**
 * Whether a text is a decimal number: Number() also accepts empty text, hexadecimal digits and
 * others.
 */
function isNumber(text: string | undefined, value: number): boolean {
  return Number.isFinite(value) && text !== undefined && /^[-+\d.eE]+$/.test(text);
}

const quote = (line: string): string =>
  JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line);
