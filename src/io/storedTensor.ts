/**
 * Tensors as stored in safetensors files: little-endian, row-major bytes of one of the format's
 * element types.
 */
import { ShapeError } from '../core/errors';
import { quoted } from './strictJson';

/**
 * Bytes of an element, by ascending alignment. This is the order of the reference implementation's
 * `Dtype` (safetensors/src/tensor.rs), which determines the order of tensors in a file.
 */
export const STORED_DTYPES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

/** Element types of stored tensors, by the format's names. */
export type StoredDType = keyof typeof STORED_DTYPES;

/** A stored tensor. `bytes` may share memory with the file that it was parsed from. */
export interface StoredTensor {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  /** Little-endian elements in row-major order, at any alignment. */
  readonly bytes: Uint8Array;
}

/** Maximum rank of a stored tensor: NumPy's former limit. */
export const MAX_RANK = 32;

export function isStoredDType(name: string): name is StoredDType {
  return Object.hasOwn(STORED_DTYPES, name);
}

/**
 * Size of a tensor in bytes; undefined if it, or a stride, exceeds 2^53 - 1, even if another axis
 * has size 0.
 */
export function storedByteLength(dtype: StoredDType, shape: readonly bigint[]): number | undefined {
  let product = BigInt(STORED_DTYPES[dtype]);
  for (const size of shape) {
    if (size > 0n) product *= size;
    if (product > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  }
  return shape.includes(0n) ? 0 : Number(product);
}

/**
 * Checks the size of a tensor's bytes against its type and shape.
 * @throws ShapeError naming the tensor, and the expected and actual sizes
 */
export function checkStoredTensor(name: string, { dtype, shape, bytes }: StoredTensor): void {
  const where = `tensor ${quoted(name)}`;
  if (shape.length > MAX_RANK) {
    throw new ShapeError(`${where}: rank ${shape.length} exceeds ${MAX_RANK}; merge axes`);
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new ShapeError(`${where}: shape [${shape}] must hold whole numbers >= 0`);
  }
  const expected = storedByteLength(dtype, shape.map(BigInt));
  if (expected !== bytes.byteLength) {
    throw new ShapeError(
      `${where}: ${dtype} of shape [${shape}] takes ${expected ?? 'more than 2^53'} bytes, ` +
        `found ${bytes.byteLength}; correct the shape or the type`,
    );
  }
}
