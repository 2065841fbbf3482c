/** Checks of inputs and options that several ops share. */
import { DTypeError } from '../core/errors';
import { formatType, numberOfElements, type TensorType } from '../core/shape';

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
