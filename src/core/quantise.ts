/**
 * Quantises matrices on the CPU: to f16, or to integers with a scale for every group of neighbours
 * in a row. The memory layout is defined in shaders/quantised/format.
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

/** A quantised matrix: integers of 8 or 4 bits with their scales, or float16 values. */
export interface QuantisedData {
  /** The bits of u32 words, [rows, 4 * packets]. */
  readonly words: Int32Array<ArrayBuffer>;
  /** [rows, groups]; empty for f16. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** The smallest normal float32; GPUs may flush smaller values to zero. */
const LEAST_SCALE = 2 ** -126;

/**
 * Quantises a matrix, rounding each element to the nearest value of the format, ties to even. The
 * scale s of a group is its largest magnitude divided by 127 (int8) or 7 (int4), and the error is
 * at most s / 2. A group whose scale would be subnormal becomes zeros. The error of f16 is at most
 * 2^-11 relative, or 2^-25 absolute.
 * @param name the matrix's name, for messages  @param values [rows, columns]
 * @param first index of the first value in the whole matrix, for messages
 * @throws DTypeError for NaN, an infinity, or an element beyond the range of float16
 * @throws OptionError for a group size that is not a multiple of 32
 */
export function quantiseMatrix(
  name: string,
  values: Float32Array,
  columns: number,
  scheme: QuantisationScheme,
  first = 0,
): QuantisedData {
  checkScheme(scheme);
  checkFinite(name, values, first);
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
    const rowValues = values.subarray(row * columns, (row + 1) * columns);
    if (scheme.group === 0) {
      halves(name, rowValues).forEach((field, column) => {
        place(row, column, field);
      });
      continue;
    }
    const scale = groupScales(rowValues, scheme);
    scales.set(scale, row * groups);
    // The last packet is padded with zeros, so that kernels can process whole packets.
    for (let column = 0; column < perRow; column++) {
      place(
        row,
        column,
        integerField(rowValues[column] ?? 0, scheme, scale[Math.floor(column / scheme.group)]),
      );
    }
  }
  return { words, scales };
}

/** @throws OptionError for a group size at which a packet would span two groups */
export function checkScheme({ format, group }: QuantisationScheme): void {
  const fits = format === 'f16' ? group === 0 : group > 0 && group % 32 === 0;
  if (fits) return;
  const expected = format === 'f16' ? '0, as f16 has no scales' : 'a multiple of 32 above 0';
  throw new OptionError(`${format}: the group must be ${expected}, found ${group}`);
}

function checkFinite(name: string, values: Float32Array, first: number): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  throw new DTypeError(
    `parameter '${name}': element ${first + at} is ${values[at]}, which cannot be quantised; the file is ` +
      'damaged, or training diverged',
  );
}

/** Values rounded to float16, as bits. */
function halves(name: string, values: Float32Array): Uint16Array {
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  return Uint16Array.from(bits, (bit, i) => {
    const half = floatBitsToHalf(bit);
    if (half !== undefined) return half;
    throw new DTypeError(
      `parameter '${name}': element ${i} of a row is ${values[i]}, beyond the f16 range of 65504; store it ` +
        'as int8',
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

/** The biased integer of an element. @param scale undefined in the padding, where elements are 0 */
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
