/** Checks of inputs and options that several ops share. */
import type { Dim } from '../core/dim';
import { DTypeError } from '../core/errors';
import {
  type DType,
  formatType,
  numberOfElements,
  shapesEqual,
  type TensorType,
} from '../core/shape';

/** The largest finite float32. */
const LARGEST = 3.4028234663852886e38;

/** Whether a shader can hold the number as an f32 literal. */
export function isFloat(value: number): boolean {
  return Math.abs(value) <= LARGEST;
}

/** Whether the number is an i32. */
export function isWhole(value: number): boolean {
  return (value | 0) === value;
}

/** Whether the number is a value of the type; booleans are 0 and 1. */
export function isValueOf(dtype: DType, value: number): boolean {
  if (dtype === 'f32') return isFloat(value);
  return isWhole(value) && (dtype === 'i32' || value >> 1 === 0);
}

/**
 * Checks the type of a value that only the device knows: a random key, a row index, a position.
 * @param batch the number of batch rows, if each of them may have its own
 * @throws DTypeError when it is not a single i32, or one for each batch row
 */
export function checkIndex(where: string, what: string, type: TensorType, batch: Dim = 1): void {
  const fits = numberOfElements(type.shape) === 1 || shapesEqual(type.shape, [batch]);
  if (type.dtype === 'i32' && fits) return;
  const each = batch === 1 ? '' : ` or i32[${batch}]`;
  throw new DTypeError(`${where}: ${what} must be i32[1]${each}, found ${formatType(type)}`);
}
