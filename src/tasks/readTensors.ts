/** The tensors of a safetensors file as float32. */
import { FormatError } from '../core/errors';
import { parseSafetensors, toFloat32 } from '../io';
import type { NamedTensors } from '../nn/arena';

/**
 * The tensors of a file as float32, by name.
 * @param where names the file in messages
 * @throws FormatError for a damaged file
 */
export function readTensors(file: Uint8Array, where?: string): NamedTensors {
  const { tensors } = parse(file, where);
  const named = [...tensors].map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(name, tensor) }] as const,
  );
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
