/**
 * Converts stored tensors of floats to float32, which is all that loading a model needs. Other
 * types are converted in convert.ts, which apps leave out of their bundles.
 */
import { DTypeError } from '../core/errors';
import { halfToFloatBits } from '../core/half';
import {
  checkStoredTensor,
  STORED_DTYPES,
  type StoredDType,
  type StoredTensor,
} from './storedTensor';
import { quoted } from './strictJson';

/** Whether `convertFloats` can convert a type. */
export function isFloat(dtype: StoredDType): boolean {
  return /^B?F\d\d$/.test(dtype);
}

/**
 * Converts an F32, F16, BF16 or F64 tensor to a new float32 array; F64 is rounded to nearest.
 * @param name the tensor's name, for messages
 * @returns undefined for tensors of other types
 * @throws ShapeError if the bytes do not fit the shape; DTypeError if a value overflows float32
 */
export function floatValues(
  name: string,
  tensor: StoredTensor,
): Float32Array<ArrayBuffer> | undefined {
  checkStoredTensor(name, tensor);
  return parsedFloats(name, tensor);
}

/** `floatValues` of a tensor of a parsed file, whose bytes are known to fit its shape. */
export function parsedFloats(
  name: string,
  { dtype, bytes }: StoredTensor,
): Float32Array<ArrayBuffer> | undefined {
  if (!isFloat(dtype)) return undefined;
  const values = new Float32Array(bytes.byteLength / STORED_DTYPES[dtype]);
  convertFloats(name, dtype, bytes, values);
  return values;
}

/**
 * Converts successive elements of a tensor of floats to float32; F64 is rounded to nearest.
 * @param name the tensor's name, for messages
 * @param bytes the elements, at any alignment
 * @param values as many float32 values, which are overwritten
 * @param first index of the first element in the tensor, for messages
 * @throws DTypeError if a value overflows float32
 */
export function convertFloats(
  name: string,
  dtype: StoredDType,
  bytes: Uint8Array,
  values: Float32Array,
  first = 0,
): void {
  if (dtype === 'F32') {
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === 'F64') {
    for (let i = 0; i < values.length; i++) {
      values[i] = nearestFloat32(name, first + i, view.getFloat64(8 * i, true));
    }
    return;
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const half = view.getUint16(2 * i, true);
    bits[i] = dtype === 'F16' ? halfToFloatBits(half) : half << 16;
  }
}

/** A view of a tensor's bytes. @throws ShapeError if they do not fit the shape */
export function checkedView(name: string, tensor: StoredTensor): DataView {
  checkStoredTensor(name, tensor);
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  return new DataView(buffer, byteOffset, byteLength);
}

function nearestFloat32(name: string, i: number, value: number): number {
  const rounded = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(rounded)) {
    throw misfit(name, i, value, 'float32');
  }
  return rounded;
}

/** The error for a value that a type cannot represent. */
export function misfit(
  name: string,
  i: number,
  value: number | bigint,
  target: string,
): DTypeError {
  return new DTypeError(
    `tensor ${quoted(name)}: element ${i}, ${value}, cannot be represented in ${target}`,
  );
}
