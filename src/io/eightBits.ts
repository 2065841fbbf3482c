/**
 * Matrices in files at 8 bits: a tensor of I8 [rows, columns], and beside it one of F16 with
 * `.scales` behind its name [rows, groups]: in each group of 32 neighbours of a row, a value is
 * integer times scale.
 */
import { FormatError } from '../core/errors';
import { floatValues } from './floats';
import { storeFloat32 } from './store';
import { checkStoredTensor, type StoredTensor } from './storedTensor';
import { quoted } from './strictJson';

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
  const [rows = 0, columns = 0] = tensor.shape;
  const scales = floatValues(scalesOf(name), stored);
  if (scales === undefined || scales.length !== rows * groupsOf(columns)) {
    throw new FormatError(
      `tensor ${quoted(name)} [${tensor.shape}] at 8 bits: expected float scales ` +
        `[${rows},${groupsOf(columns)}], found ${stored.dtype} [${stored.shape}]; the file is damaged`,
    );
  }
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  const integers = new Int8Array(buffer, byteOffset, byteLength);
  const values = Float32Array.from(
    integers,
    (integer, i) => integer * (scales[groupAt(i, columns)] ?? 0),
  );
  return storeFloat32(name, tensor.shape, values);
}
