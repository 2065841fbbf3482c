/** Typed arrays to stored tensors; what a model is loaded with is in convert.ts. */
import { floatBitsToHalf } from '../core/toHalf';
import { misfit } from './floats';
import { checkStoredTensor, type StoredTensor } from './storedTensor';

/**
 * float32 values as the bytes of an F16 tensor: nearest, ties to even (IEEE 754), subnormals kept.
 * @param name the tensor's name, for messages
 * @throws DTypeError naming tensor and value when a finite value would overflow (|x| >= 65520)
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
 * float32 values as a stored tensor: F32 shares their memory, F16 rounds them.
 * @throws ShapeError when the shape does not fit, DTypeError as float32ToF16
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
 * int32 values as a stored I32 tensor that shares their memory.
 * @throws ShapeError when the shape does not fit
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
