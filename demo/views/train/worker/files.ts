/** A trained model as files that every load of the library takes. */
import { storeFloat32, writeSafetensors } from 'qkv/io';
import { PARAMETERS, unpackArena } from 'qkv/nn';
import type { Trainer } from 'qkv/train';

export type ModelFiles = Readonly<{
  'model.json': string;
  'model.safetensors': Uint8Array<ArrayBuffer>;
}>;

/** The parameters as they are now, in float32, and the text of model.json. */
export async function modelFiles<B>(
  { layout, states }: Trainer<B>,
  description: string,
): Promise<ModelFiles> {
  const named = unpackArena(layout, await states.read(PARAMETERS));
  const stored = [...named].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  return {
    'model.json': description,
    'model.safetensors': writeSafetensors(new Map(stored), new Map([['format', 'pt']])),
  };
}
