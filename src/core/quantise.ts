/**
 * Quantises matrices of weights on the CPU: f16, or integers with a scale for every group of neighbours in
 * a row. The layout is that of shaders/quantised/format; nothing here knows of parameters or files.
 */
import {
  groupsPerRow,
  packetsPerRow,
  QUANTISED_FORMATS,
  type QuantisationScheme,
  weightsPerPacket,
  weightsPerWord,
} from '../../shaders/quantised/format';
import { DTypeError, OptionError } from './errors';
import { floatBitsToHalf } from './toHalf';

/** The rows of a matrix as integers of 8 or 4 bits with their scales, or as halves. */
export interface QuantisedData {
  /** [rows, 4 * packets], bits of u32. */
  readonly words: Int32Array<ArrayBuffer>;
  /** [rows, groups]; empty for f16. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Below it a GPU may take a float for zero. */
const LEAST_SCALE = 2 ** -126;

/**
 * Quantises a matrix, each weight to the nearest value of the format, ties to even. With s the group's
 * scale, its largest magnitude / 127 (int8) or 7 (int4), the error is at most s / 2; a group whose
 * scale would be no normal float, so of weights below 127 * 2^-126, becomes zeros. f16 errs by 2^-11 of
 * a weight, or by 2^-25.
 * @param name the matrix's name, for messages  @param values [rows, columns]
 * @throws DTypeError for NaN, an infinity, or a weight beyond float16
 * @throws OptionError for groups that are no multiple of 32
 */
export function quantiseMatrix(
  name: string,
  values: Float32Array,
  columns: number,
  scheme: QuantisationScheme,
): QuantisedData {
  checkScheme(scheme);
  checkFinite(name, values);
  const rows = values.length / Math.max(1, columns);
  const packets = packetsPerRow(scheme, columns);
  const groups = groupsPerRow(scheme, columns);
  const words = new Int32Array(rows * packets * 4);
  const scales = new Float32Array(rows * groups);
  const perRow = packets * weightsPerPacket(scheme);
  const perWord = weightsPerWord(scheme);
  const { bits } = QUANTISED_FORMATS[scheme.format];
  const place = (row: number, column: number, field: number): void => {
    const at = row * perRow + column;
    const word = Math.floor(at / perWord);
    words[word] = (words[word] ?? 0) | (field << ((at % perWord) * bits));
  };
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    if (scheme.group === 0) {
      halves(name, own).forEach((field, column) => {
        place(row, column, field);
      });
      continue;
    }
    const scale = groupScales(own, scheme);
    scales.set(scale, row * groups);
    // What fills the last packet up is zeros too, so that kernels need not stop before them.
    for (let column = 0; column < perRow; column++) {
      place(
        row,
        column,
        integerField(own[column] ?? 0, scheme, scale[Math.floor(column / scheme.group)]),
      );
    }
  }
  return { words, scales };
}

/** @throws OptionError for groups that packets would straddle */
export function checkScheme({ format, group }: QuantisationScheme): void {
  const fits = format === 'f16' ? group === 0 : group > 0 && group % 32 === 0;
  if (fits) return;
  const expected = format === 'f16' ? '0, as f16 has no scales' : 'a multiple of 32 above 0';
  throw new OptionError(`${format}: the group must be ${expected}, found ${group}`);
}

function checkFinite(name: string, values: Float32Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new DTypeError(
    `weight '${name}': element ${at} is ${values[at]}, which cannot be quantised; the weights are ` +
      'damaged, or their training diverged',
  );
}

/** The bits of float16 values. */
function halves(name: string, values: Float32Array): Uint16Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  return Uint16Array.from(bits, (bit, i) => {
    const half = floatBitsToHalf(bit);
    if (half !== undefined) return half;
    throw new DTypeError(
      `weight '${name}': element ${i} of a row is ${values[i]}, f16 holds at most 65504; quantise it as int8`,
    );
  });
}

/** The scales of a row's groups. */
function groupScales(row: Float32Array, scheme: QuantisationScheme): Float32Array {
  const { most } = QUANTISED_FORMATS[scheme.format];
  return Float32Array.from({ length: groupsPerRow(scheme, row.length) }, (_, g) => {
    const group = row.subarray(g * scheme.group, (g + 1) * scheme.group);
    const largest = group.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
    const scale = Math.fround(largest / most);
    return scale < LEAST_SCALE ? 0 : scale;
  });
}

/** The field of a weight. @param scale undefined past the last group, where weights are 0 */
function integerField(value: number, { format }: QuantisationScheme, scale = 0): number {
  const { most, bias } = QUANTISED_FORMATS[format];
  const q = scale === 0 ? 0 : roundEven(value / scale);
  return Math.max(-most, Math.min(most, q)) + bias;
}

/** The nearest integer, ties to even. */
function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
