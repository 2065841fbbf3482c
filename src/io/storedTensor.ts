/**
 * A tensor as a safetensors file holds it: little-endian bytes, row-major, with one of the format's
 * element types. Sizes only; convert.ts gives the values.
 */
import { ShapeError } from '../core/errors';
import { quoted } from './strictJson';

/**
 * Bytes an element takes, in rising order of alignment: the order of the reference implementation's
 * `Dtype` (safetensors/src/tensor.rs), which decides the order of tensors in a file.
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

/** Element types of stored tensors, in the format's own spelling. */
export type StoredDType = keyof typeof STORED_DTYPES;

/** A tensor as it is stored; `bytes` may share memory with the file it was parsed from. */
export interface StoredTensor {
  readonly dtype: StoredDType;
  readonly shape: readonly number[];
  /** Little-endian elements in row-major order, at any alignment. */
  readonly bytes: Uint8Array;
}

/** Most axes a stored tensor may have (NumPy's old limit). */
export const MAX_RANK = 32;

export function isStoredDType(name: string): name is StoredDType {
  return Object.hasOwn(STORED_DTYPES, name);
}

/**
 * Bytes that a tensor takes; undefined when they, or its strides, exceed 2^53 - 1. Axes of size 0
 * hide no overflow of the others.
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
 * Checks a tensor's bytes against its type and shape.
 * @throws ShapeError naming the tensor, the bytes expected and found
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
