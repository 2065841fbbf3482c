/** Reads the tensors of a safetensors file as float32. */
import { DTypeError, FormatError } from '../core/errors';
import { parsedFloats, parseSafetensors } from '../io';
import type { NamedTensors } from '../nn/arena';
import type { StorageFormat } from './storage';

/**
 * Reads the tensors of a safetensors file as float32.
 * @param where names the file in messages
 * @param formats `[quantised]`, for matrices at 8 bits
 * @throws FormatError for a damaged file; DTypeError for a tensor of integers or booleans
 */
export function readTensors(
  file: Uint8Array,
  where?: string,
  formats: readonly StorageFormat[] = [],
): NamedTensors {
  let { tensors } = parse(file, where);
  for (const { restore } of formats) tensors = restore(tensors);
  const named = [...tensors].map(([name, tensor]) => {
    const data = parsedFloats(name, tensor);
    if (data !== undefined) return [name, { shape: tensor.shape, data }] as const;
    throw new DTypeError(
      `${where ?? 'safetensors'}: parameter ${name} is ${tensor.dtype}, expected F32, F16, BF16 or F64; ` +
        'import quantised?',
    );
  });
  return new Map(named);
}

function parse(file: Uint8Array, where: string | undefined) {
  try {
    return parseSafetensors(file);
  } catch (error) {
    if (where === undefined || !(error instanceof FormatError)) throw error;
    throw new FormatError(`${where}: ${error.message}`, { cause: error });
  }
}
