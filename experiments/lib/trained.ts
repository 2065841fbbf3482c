/** Trained models for experiments: shipped ones, or models trained by the experiment. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { AbortedError, type Device, everything, InputError } from 'qkv';
import { Decoder } from 'qkv/generate';
import { StateStore } from 'qkv/graph';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { modelLayout, readDescription, type TranslationModel } from 'qkv/models';
import { PARAMETERS, type ParameterLayout, packArena } from 'qkv/nn';
import type { Codec, ReferenceGroup } from 'qkv/text';
import { readTraining } from '../../tools/lib/modelFolder';
import type { Recipe } from '../../tools/lib/recipe';
import { trainRecipe } from '../../tools/lib/training';
import { translateAll } from '../../tools/lib/translate';
import type { Report, Run } from './experiment';
import { type Compared, type Shipped, tinyRecipe } from './recipes';

export interface TrainedModel {
  readonly model: TranslationModel;
  readonly layout: ParameterLayout;
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly source: Codec;
  readonly target: Codec;
  /** Its recipe. */
  readonly recipe: Recipe;
  /** Number of parameters. */
  readonly size: number;
  /** Mean loss of the last training steps, with label smoothing. */
  readonly lastLoss: number;
}

/** Number of last training steps for the mean loss. */
const LAST = 100;

/** Loads a model, by its folder or by the name of a shipped model. */
export async function readModel(name: string): Promise<TrainedModel> {
  const { folder, record } = await readTraining(name);
  const text = await readFile(join(folder, 'model.json'), 'utf8');
  const { model, source, target } = readDescription(text, everything);
  const { tensors } = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
  const named = [...tensors].map(
    ([key, tensor]) => [key, { shape: tensor.shape, data: toFloat32(key, tensor) }] as const,
  );
  const layout = modelLayout(model);
  const parameters = packArena(layout, new Map(named));
  const { recipe, parameters: size } = record;
  const last = record.losses.slice(-LAST);
  const lastLoss = last.reduce((sum, loss) => sum + loss, 0) / Math.max(1, last.length);
  return { model, layout, parameters, source, target, recipe, size, lastLoss };
}

/** Trains a recipe in the run's folder, resuming an interrupted run. @returns the model's folder */
export async function trainHere(run: Run, name: string, recipe: Recipe): Promise<string> {
  const folder = join(run.folder, 'models', name);
  if (await isTrained(folder, recipe)) return folder;
  const { aborted } = await trainRecipe({
    recipe,
    epochs: undefined,
    folder,
    resume: true,
    keepBest: false,
    weights: 'f16',
    checkpointEvery: 100,
    evaluateEvery: recipe.steps,
    commandLine: `npm run experiment (${name})`,
    signal: run.signal,
  });
  if (aborted) throw new AbortedError(name);
  return folder;
}

async function isTrained(folder: string, recipe: Recipe): Promise<boolean> {
  try {
    const { record } = await readTraining(folder);
    return record.steps === recipe.steps && isDeepStrictEqual(record.recipe, recipe);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * The folder of the shipped model, or of one trained here with --retrain or for the small size.
 */
export async function obtainFolder(run: Run, name: Shipped): Promise<string> {
  if (run.size === 'small') return trainHere(run, name, tinyRecipe(name, run.seed));
  const { folder, record } = await readTraining(name);
  if (!run.retrain) return folder;
  return trainHere(run, name, { ...record.recipe, seed: run.seed });
}

/** The translation model of `obtainFolder`. */
export async function obtain(run: Run, name: Compared): Promise<TrainedModel> {
  return readModel(await obtainFolder(run, name));
}

/** Greedy translations of every group's source. */
export async function translateWith(
  device: Device,
  { model, layout, parameters, source, target }: TrainedModel,
  groups: readonly ReferenceGroup[],
  report: Report,
): Promise<readonly (readonly string[])[]> {
  const batchSize = 32;
  const states = new StateStore(device);
  const decoder = await Decoder.create(device, model, layout, states, {
    maxBatch: batchSize,
    ids: target,
  });
  states.write(PARAMETERS, parameters);
  try {
    const onProgress = (done: number) => report(done, groups.length, 'sentences');
    return await translateAll(decoder, groups, source, target, { batchSize, onProgress });
  } finally {
    decoder.dispose();
    states.dispose();
  }
}
