/** Converts typed arrays to stored tensors; convert.ts is the inverse. */
import { floatBitsToHalf } from '../core/toHalf';
import { misfit } from './floats';
import { checkStoredTensor, type StoredTensor } from './storedTensor';

/**
 * Converts float32 values to the bytes of an F16 tensor, rounded to nearest, ties to even (IEEE
 * 754), with subnormals.
 * @param name the tensor's name, for messages
 * @throws DTypeError naming tensor and value if a finite value overflows (|x| >= 65520)
 */
export function float32ToF16(name: string, values: Float32Array): Uint8Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, bit] of bits.entries()) {
    const half = floatBitsToHalf(bit);
    if (half === undefined) {
      throw misfit(name, i, values[i] ?? Number.NaN, 'float16 (at most 65504); store it as F32');
    }
    view.setUint16(2 * i, half, true);
  }
  return bytes;
}

/**
 * Makes a stored tensor of float32 values. F32 shares their memory; F16 is a rounded copy.
 * @throws ShapeError if the shape does not fit; DTypeError as float32ToF16
 */
export function storeFloat32(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  dtype: 'F32' | 'F16' = 'F32',
): StoredTensor {
  const bytes = dtype === 'F16' ? float32ToF16(name, values) : bytesOf(values);
  const tensor = { dtype, shape, bytes };
  checkStoredTensor(name, tensor);
  return tensor;
}

/**
 * Makes a stored I32 tensor that shares the memory of int32 values.
 * @throws ShapeError if the shape does not fit
 */
export function storeInt32(
  name: string,
  shape: readonly number[],
  values: Int32Array,
): StoredTensor {
  const tensor = { dtype: 'I32', shape, bytes: bytesOf(values) } as const;
  checkStoredTensor(name, tensor);
  return tensor;
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
