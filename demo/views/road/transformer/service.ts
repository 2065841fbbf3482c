/** The parameters of the transformer that its blocks write with, read from its file. */
import type { Device } from 'qkv';
import { readTensors } from 'qkv/io';

/** Parameters as the figure needs them. */
export interface Parameters {
  /** By name, row by row. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
  /** The French words, by their ids. */
  readonly tokens: readonly string[];
}

/** Names of the parameters that are needed: those behind attention and units, and those of the end. */
const NEEDED =
  /(?:out_proj\.(?:weight|bias)|linear2\.(?:weight|bias)|(?:encoder|decoder)\.norm\.(?:weight|bias)|^tgt_embed\.weight|^generator\.bias)$/u;

/** @param folder address of the model's folder, with a slash at its end */
export default async function transformerParameters(
  _: Device,
  folder: string,
): Promise<Parameters> {
  const [file, description] = await Promise.all([
    fetch(`${folder}model.safetensors`).then((response) => response.arrayBuffer()),
    fetch(`${folder}model.json`).then((response) => response.json()),
  ]);
  const tensors: Record<string, Float32Array> = {};
  for (const [name, { data }] of readTensors(new Uint8Array(file))) {
    if (NEEDED.test(name)) tensors[name] = Float32Array.from(data);
  }
  const { target } = description as { readonly target: { readonly tokens: readonly string[] } };
  return { tensors, tokens: target.tokens };
}
