/** The output projections of all attentions of a model, from its file. */
import type { Device } from 'qkv';
import { parseSafetensors, toFloat32 } from 'qkv/io';

/** W_O and its bias. */
export interface Projection {
  /** [size][size]: an output in each row. */
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/**
 * @param folder address of the model's folder
 * @param attentions paths, such as 'transformer.encoder.layers.0.self_attn'
 */
export default async function outputProjections(
  _: Device,
  folder: string,
  attentions: readonly string[],
): Promise<readonly Projection[]> {
  const response = await fetch(`${folder}model.safetensors`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const { tensors } = parseSafetensors(new Uint8Array(await response.arrayBuffer()));
  const read = (name: string) => {
    const tensor = tensors.get(name);
    return tensor === undefined ? [] : Array.from(toFloat32(name, tensor));
  };
  return attentions.map((path) => {
    const flat = read(`${path}.out_proj.weight`);
    const bias = read(`${path}.out_proj.bias`);
    const size = bias.length;
    return { bias, weight: bias.map((_, row) => flat.slice(row * size, (row + 1) * size)) };
  });
}
