/**
 * Adapters in PEFT's layout: adapter_config.json and adapter_model.safetensors. They are read,
 * written, and merged into a model's parameters.
 */
import { DTypeError, FormatError } from '../../core/errors';
import { parsedFloats, parseSafetensors, storeFloat32, writeSafetensors } from '../../io';
import type { NamedTensors } from '../../nn/arena';
import { type LoraPlan, type LoraTarget, loraNames } from '../../nn/lora';
import { type LoraConfig, parseLoraConfig, writeLoraConfig } from './config';

/** A LoRA adapter: its configuration, and its tensors by PEFT's names. */
export interface Adapter {
  readonly config: LoraConfig;
  readonly tensors: NamedTensors;
}

/** The files of an adapter, as PEFT saves and loads them. */
export interface AdapterFiles {
  readonly 'adapter_config.json': string;
  readonly 'adapter_model.safetensors': Uint8Array;
}

/**
 * Reads an adapter.
 * @throws FormatError for a damaged file; DTypeError for a tensor of integers; OptionError for a
 *   method or a value that is not supported, naming both
 */
export function readAdapter(files: AdapterFiles): Adapter {
  const config = parseLoraConfig(parseJson(files['adapter_config.json']));
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, tensor] of parseSafetensors(files['adapter_model.safetensors']).tensors) {
    const data = parsedFloats(name, tensor);
    if (data === undefined) {
      throw new DTypeError(
        `adapter_model.safetensors: ${name} is ${tensor.dtype}, expected F32, F16, BF16 or F64`,
      );
    }
    tensors.set(name, { shape: tensor.shape, data });
  }
  return { config, tensors };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError('adapter_config.json: not valid JSON; download it again', { cause });
  }
}

/** Writes an adapter, with float32 tensors. */
export function writeAdapter({ config, tensors }: Adapter): AdapterFiles {
  const stored = [...tensors].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data)] as const,
  );
  return {
    'adapter_config.json': writeLoraConfig(config),
    'adapter_model.safetensors': writeSafetensors(new Map(stored), new Map([['format', 'pt']])),
  };
}

/**
 * A model's parameters with an adapter in them: W + scale * B A, computed in float64. They need no
 * adapter, and run as fast as the model.
 * @param parameters by the model's own names, which stay as they are  @param tensors the adapter's
 * @throws FormatError for a missing tensor
 */
export function mergeAdapter(
  parameters: NamedTensors,
  { targets, copies }: LoraPlan,
  tensors: NamedTensors,
): NamedTensors {
  const merged = new Map(parameters);
  const changed = new Map<string, Float64Array>();
  for (const target of targets) {
    const { parameter } = target;
    const sum = changed.get(parameter) ?? Float64Array.from(found(parameters, parameter).data);
    addProduct(sum, target, tensors);
    changed.set(parameter, sum);
  }
  for (const [name, sum] of changed) {
    const { shape } = found(parameters, name);
    merged.set(name, { shape, data: Float32Array.from(sum) });
  }
  for (const { parameter, name } of copies) merged.set(parameter, found(tensors, name));
  return merged;
}

/** Adds scale * B A to rows of a matrix. */
function addProduct(matrix: Float64Array, target: LoraTarget, tensors: NamedTensors): void {
  const { from, rows, inputs, rank, scale } = target;
  const { a, b } = loraNames(target);
  const [aData, bData] = [found(tensors, a).data, found(tensors, b).data];
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * (bData[row * rank + k] ?? 0);
      const [at, base] = [(from + row) * inputs, k * inputs];
      for (let i = 0; i < inputs; i++) {
        matrix[at + i] = (matrix[at + i] ?? 0) + factor * (aData[base + i] ?? 0);
      }
    }
  }
}

function found(tensors: NamedTensors, name: string) {
  const tensor = tensors.get(name);
  if (tensor !== undefined) return tensor;
  throw new FormatError(`merge: no tensor '${name}'; pass the parameters of the adapter's model`);
}
