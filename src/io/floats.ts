/**
 * Converts stored tensors of floats to float32, which is all that loading a model needs. Other
 * types are converted in convert.ts, which apps leave out of their bundles.
 */
import { DTypeError } from '../core/errors';
import { halfToFloatBits } from '../core/half';
import { checkStoredTensor, STORED_DTYPES, type StoredTensor } from './storedTensor';
import { quoted } from './strictJson';

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
  const view = checkedView(name, tensor);
  const values = new Float32Array(tensor.bytes.byteLength / STORED_DTYPES[tensor.dtype]);
  const bits = new Uint32Array(values.buffer);
  switch (tensor.dtype) {
    case 'F32':
      new Uint8Array(values.buffer).set(tensor.bytes);
      return values;
    case 'F16':
      for (let i = 0; i < bits.length; i++) bits[i] = halfToFloatBits(view.getUint16(2 * i, true));
      return values;
    case 'BF16':
      for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16;
      return values;
    case 'F64':
      for (let i = 0; i < values.length; i++) {
        values[i] = nearestFloat32(name, i, view.getFloat64(8 * i, true));
      }
      return values;
    default:
      return undefined;
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
