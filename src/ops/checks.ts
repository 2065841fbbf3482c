/** Checks of inputs and options that several ops share. */
import type { Dim } from '../core/dim';
import { DTypeError } from '../core/errors';
import { formatType, numberOfElements, shapesEqual, type TensorType } from '../core/shape';

/** The largest finite float32. */
const LARGEST = 3.4028234663852886e38;

/** Whether a shader can hold the number as an f32 literal. */
export function isFloat(value: number): boolean {
  return Math.abs(value) <= LARGEST;
}

/**
 * Checks the type of a value that only the device knows: a random key, a row index, a position.
 * @throws DTypeError when it is not a single i32
 */
export function checkIndex(where: string, what: string, type: TensorType): void {
  if (type.dtype === 'i32' && numberOfElements(type.shape) === 1) return;
  const found = formatType(type);
  throw new DTypeError(`${where}: ${what} must be i32[1], found ${found}`);
}

/**
 * Checks the type of such values, one for all batch rows or one for each.
 * @throws DTypeError when they are not i32 [1] or [batch]
 */
export function checkIndices(where: string, what: string, type: TensorType, batch: Dim): void {
  const fits = numberOfElements(type.shape) === 1 || shapesEqual(type.shape, [batch]);
  if (type.dtype === 'i32' && fits) return;
  const found = formatType(type);
  throw new DTypeError(`${where}: ${what} must be i32[1] or i32[${batch}], found ${found}`);
}
