/**
 * Matrices in files at 8 bits: a tensor of I8 [rows, columns], and beside it one of F16 with
 * `.scales` behind its name [rows, groups]: in each group of 32 neighbours of a row, a value is
 * integer times scale.
 */
import { FormatError } from '../core/errors';
import { floatValues, isFloat } from './floats';
import type { HeaderEntry } from './safetensorsHeader';
import { storeFloat32 } from './store';
import { checkStoredTensor, type StoredTensor } from './storedTensor';
import { quoted } from './strictJson';
import { type ByteSink, floatSink, type ValueSink } from './tensorReaders';

/** Neighbours in a row that share a scale. */
const GROUP = 32;

/** The largest magnitude of an integer. */
const MOST = 127;

const scalesOf = (name: string) => `${name}.scales`;

const groupsOf = (columns: number) => Math.ceil(columns / GROUP);

/**
 * Stores a matrix at 8 bits; an element is off by at most half of its group's scale, which is the
 * group's largest magnitude divided by 127, rounded to float16.
 * @param shape [rows, columns]
 * @returns the integers and their scales, by name
 * @throws ShapeError if the shape does not fit; DTypeError for values that float16 cannot scale
 */
export function storeInt8(
  name: string,
  shape: readonly [rows: number, columns: number],
  values: Float32Array,
): ReadonlyMap<string, StoredTensor> {
  const [rows, columns] = shape;
  const groups = groupsOf(columns);
  const largest = new Float32Array(rows * groups);
  values.forEach((value, i) => {
    const group = groupAt(i, columns);
    largest[group] = Math.max(largest[group] ?? 0, Math.abs(value) / MOST);
  });
  const scales = storeFloat32(scalesOf(name), [rows, groups], largest, 'F16');
  const rounded = floatValues(scalesOf(name), scales) ?? largest;
  const integers = Int8Array.from(values, (value, i) => {
    const scale = rounded[groupAt(i, columns)] ?? 0;
    // A scale that was rounded down makes the largest value a little more than 127 of them.
    return scale === 0 ? 0 : Math.max(-MOST, Math.min(MOST, Math.round(value / scale)));
  });
  const tensor = { dtype: 'I8', shape, bytes: new Uint8Array(integers.buffer) } as const;
  checkStoredTensor(name, tensor);
  return new Map<string, StoredTensor>([
    [name, tensor],
    [scalesOf(name), scales],
  ]);
}

/** Index of an element's group, from the element's index. */
function groupAt(i: number, columns: number): number {
  const row = Math.floor(i / columns);
  return row * groupsOf(columns) + Math.floor((i - row * columns) / GROUP);
}

/**
 * Converts the matrices at 8 bits among a file's tensors to F32; all others stay as they are.
 * @throws FormatError for integers whose scales are missing or do not fit
 */
export function restoreInt8(
  tensors: ReadonlyMap<string, StoredTensor>,
): ReadonlyMap<string, StoredTensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, restored(name, tensor, tensors)]));
}

function restored(
  name: string,
  tensor: StoredTensor,
  tensors: ReadonlyMap<string, StoredTensor>,
): StoredTensor {
  const stored = tensors.get(scalesOf(name));
  if (tensor.dtype !== 'I8' || stored === undefined) return tensor;
  checkScales(name, tensor, stored);
  const scales = floatValues(scalesOf(name), stored) ?? new Float32Array();
  const values = new Float32Array(tensor.bytes.byteLength);
  scaleInt8(tensor.bytes, scales, tensor.shape, values);
  return storeFloat32(name, tensor.shape, values);
}

/** @throws FormatError unless the scales are floats, one for each group */
function checkScales(
  name: string,
  { shape }: Pick<StoredTensor, 'shape'>,
  scales: Pick<StoredTensor, 'dtype' | 'shape'>,
): void {
  const [rows = 0, columns = 0] = shape;
  const expected = [rows, groupsOf(columns)];
  if (isFloat(scales.dtype) && scales.shape.join() === expected.join()) return;
  throw new FormatError(
    `tensor ${quoted(name)} [${shape}] at 8 bits: expected float scales [${expected}], found ` +
      `${scales.dtype} [${scales.shape}]; the file is damaged`,
  );
}

/** Multiplies integers by their scales. @param first index in the matrix of the first integer */
function scaleInt8(
  bytes: Uint8Array,
  scales: Float32Array,
  [, columns = 0]: readonly number[],
  values: Float32Array,
  first = 0,
): void {
  const integers = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  integers.forEach((integer, i) => {
    values[i] = integer * (scales[groupAt(first + i, columns)] ?? 0);
  });
}

/**
 * Sinks for the bytes of matrices at 8 bits and of their scales, in whichever order a file has them.
 * @param places takes the matrices' values, by name
 * @throws FormatError for scales that do not fit
 */
export function int8Sinks(
  tensors: readonly HeaderEntry[],
  places: ReadonlyMap<string, ValueSink>,
): ReadonlyMap<string, ByteSink> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const sinks = new Map<string, ByteSink>();
  for (const tensor of tensors) {
    const { name, dtype } = tensor;
    const [place, scales] = [places.get(name), byName.get(scalesOf(name))];
    if (dtype !== 'I8' || place === undefined || scales === undefined) continue;
    checkScales(name, tensor, scales);
    const pair = int8Pair(tensor, scales, place);
    sinks.set(name, pair.integers).set(scales.name, pair.scales);
  }
  return sinks;
}

/** Sinks of a matrix and its scales; integers that come before their scales wait for them. */
function int8Pair(tensor: HeaderEntry, stored: HeaderEntry, { unit, take }: ValueSink) {
  const size = tensor.end - tensor.begin;
  let scales: Float32Array | undefined;
  let early: Uint8Array | undefined;
  const pass = (bytes: Uint8Array, first: number, known: Float32Array) => {
    const values = new Float32Array(bytes.byteLength);
    scaleInt8(bytes, known, tensor.shape, values, first);
    take(values, first);
  };
  const integers: ByteSink = {
    unit: tensor.begin < stored.begin ? size : unit,
    take: (bytes, first) => {
      if (scales === undefined) early = bytes.slice();
      else pass(bytes, first, scales);
    },
  };
  const whole: ValueSink = {
    unit: size,
    take: (values) => {
      scales = values.slice();
      if (early !== undefined) pass(early, 0, scales);
      early = undefined;
    },
  };
  return { integers, scales: floatSink(stored, whole) };
}
