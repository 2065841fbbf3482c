/** Starts a run from the parameters of a model that was trained before. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { everything, InputError } from 'qkv';
import { readTensors } from 'qkv/io';
import { quantised, readDescription } from 'qkv/models';
import { initialArena, type NamedTensors, PARAMETERS, packArena, unpackArena } from 'qkv/nn';
import type { Codec } from 'qkv/text';
import type { Trainer } from 'qkv/train';
import { readTraining } from './modelFolder';

type NamedTensor = NonNullable<ReturnType<NamedTensors['get']>>;

/**
 * Writes a translation model's parameters over those of a new trainer. A token must have the same id
 * in both models; the rows of tokens that only the new one has keep their random values.
 * @param name a folder, or the name of a shipped model
 * @param description the text of the new model's model.json
 * @param seed of the random values
 * @throws InputError for a model with other sizes, or with tokens that have other ids
 */
export async function initialFrom<B>(
  trainer: Trainer<B>,
  name: string,
  description: string,
  seed: number,
): Promise<void> {
  const { folder } = await readTraining(name);
  const path = join(folder, 'model.safetensors');
  const old = readTensors(new Uint8Array(await readFile(path)), path, [quantised]);
  const before = vocabularies(await readFile(join(folder, 'model.json'), 'utf8'), folder);
  const now = vocabularies(description, 'the new model');
  const pairs = before.map((codec, i) => [codec, now[i] ?? codec] as const);
  if (!pairs.every(([codec, own]) => agree(codec, own))) {
    throw new InputError(
      `--init-from ${name}: its tokens have other ids than those of the new model; train on the data ` +
        'that it was trained on, with the same kind of vocabulary',
    );
  }
  const sizes = pairs.map(([codec, own]) => [codec.size, own.size] as const);
  const { layout, states } = trainer;
  const started = [...unpackArena(layout, initialArena(layout, seed))].map(([key, tensor]) => {
    const found = old.get(key);
    const value = found === undefined ? undefined : fitted(found, tensor, sizes);
    if (value !== undefined) return [key, value] as const;
    const size = found === undefined ? 'is missing' : `is [${found.shape.join(', ')}]`;
    throw new InputError(
      `--init-from ${name}: ${key} ${size} there, expected [${tensor.shape.join(', ')}]; choose a ` +
        'model of the same kind and sizes',
    );
  });
  states.write(PARAMETERS, packArena(layout, new Map(started)));
}

/** The vocabularies of source and target. */
function vocabularies(text: string, where: string): readonly [Codec, Codec] {
  const { source, target } = readDescription(text, everything, where);
  return [source, target];
}

/** Whether all ids that two vocabularies have in common are of the same tokens. */
function agree(one: Codec, other: Codec): boolean {
  const common = Math.min(one.size, other.size);
  return Array.from({ length: common }, (_, id) => id).every(
    (id) => one.token(id) === other.token(id),
  );
}

/** The old values in the new shape, whose first axis may be that of a vocabulary of another size. */
function fitted(
  old: NamedTensor,
  fresh: NamedTensor,
  sizes: readonly (readonly [old: number, fresh: number])[],
): NamedTensor | undefined {
  const [[rows = 1, ...rest], [oldRows = 1, ...oldRest]] = [fresh.shape, old.shape];
  const isOfTokens = sizes.some(([before, now]) => before === oldRows && now === rows);
  const isAlike = old.shape.length === fresh.shape.length && String(rest) === String(oldRest);
  if (!isAlike || !(rows === oldRows || isOfTokens)) return undefined;
  const data = Float32Array.from(fresh.data);
  data.set(old.data.subarray(0, data.length));
  return { shape: fresh.shape, data };
}
