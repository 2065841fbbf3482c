/**
 * `npm run soak`: checks that GPU memory does not grow over many training steps and translations.
 */

import { Command } from 'commander';
import { allKernels, type Device, OptionError, openDevice } from 'qkv';
import { Decoder } from 'qkv/generate';
import { startupFor } from 'qkv/graph';
import { allRecipes, createModel, type Decodable, type ModelRecipe } from 'qkv/models';
import {
  type Batch,
  BatchIterator,
  buildVocabulary,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type Vocabulary,
} from 'qkv/text';
import { languageTask, Trainer, type TrainingTask, translationTask } from 'qkv/train';
import { toySplit } from './lib/corpora';
import { countBuffers } from './lib/countBuffers';
import { Progress } from './lib/progress';
import { wholeNumber } from './lib/recipe';
import { nodeGpu } from './nodeGpu';

const BATCH = 16;
const MAX_LENGTH = 32;

function command(): Command {
  return new Command('soak')
    .description('Train and decode for long, and check that live GPU bytes stay the same.')
    .option('--steps <n>', 'training steps', wholeNumber('steps'), 2000)
    .option('--model <kind>', 'one kind of model; every one by default')
    .option('--json', 'print one JSON object as the last line of standard output')
    .exitOverride();
}

/** A small model of a kind, and its task; undefined for a family that does not decode. */
function subjectOf(
  { name, kind, small }: ModelRecipe,
  source: Vocabulary,
  target: Vocabulary,
): Subject | undefined {
  const shared = { ...small, maxLength: MAX_LENGTH };
  const options = { maxBatch: BATCH, labelSmoothing: 0, padId: target.pad };
  const { family } = kind;
  switch (family) {
    case 'translation': {
      const vocabularies = { sourceVocabulary: source.size, targetVocabulary: target.size };
      const model = createModel(family, name, { ...shared, ...vocabularies });
      const task = translationTask(model, { ...options, labelSmoothing: 0.1 });
      return { model, task, reads: 'source' };
    }
    case 'language': {
      const model = createModel(family, name, { ...shared, vocabulary: target.size });
      return { model, task: languageTask(model, options), reads: 'target' };
    }
    case 'denoising': {
      const own = { vocabulary: target.size + 1, maskId: target.size };
      const model = createModel(family, name, { ...shared, ...own });
      return { model, task: translationTask(model, options), reads: 'target' };
    }
    default:
      return undefined;
  }
}

interface Subject {
  readonly model: Decodable;
  readonly task: TrainingTask<Batch>;
  /** Sources for decoding; for a language model, the beginnings of sentences. */
  readonly reads: 'source' | 'target';
}

/** Runs the command. @returns the exit code: 0 if memory did not grow, else 1 */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts();
  const steps = Number(options.steps);
  const device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels });
  const pairs = toySplit('train', 1, 2000);
  const source = buildVocabulary(pairs.map((pair) => pair.source));
  const target = buildVocabulary(pairs.map((pair) => pair.target));
  const encoded = encodePairs(pairs, source, target);
  const all = allRecipes.flatMap((recipe) => subjectOf(recipe, source, target) ?? []);
  const chosen = all.filter(({ model }) => [undefined, model.kind].includes(options.model));
  if (chosen.length === 0) {
    const known = all.map(({ model }) => model.kind).join(', ');
    throw new OptionError(`--model must be one of ${known}, found '${options.model}'`);
  }
  const models: Record<string, { readonly growth: number; readonly left: number }> = {};
  for (const subject of chosen) {
    models[subject.model.kind] = await soak(device, subject, encoded, target, steps);
  }
  const sums = Object.values(models);
  const growth = Math.max(...sums.map((one) => one.growth));
  const left = Math.max(...sums.map((one) => one.left));
  const result = { steps, growth, left, models, adapter: device.adapterName };
  device.dispose();
  if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
  return growth === 0 && left === 0 ? 0 : 1;
}

/**
 * Trains and decodes alternately.
 * @returns growth of the live bytes, and the bytes and buffers left after disposal
 */
async function soak(
  device: Device,
  { model, task, reads }: Subject,
  encoded: readonly EncodedPair[],
  target: Vocabulary,
  steps: number,
): Promise<{ readonly growth: number; readonly left: number }> {
  const live = countBuffers(device.gpu);
  const trainer = await Trainer.create(device, task, {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
    clipNorm: 1,
    schedule: { kind: 'warmup', rate: 0.002, warmup: 400 },
    seed: 1,
    startup: startupFor(steps),
  });
  const decoder = await Decoder.create(device, model, trainer.layout, trainer.states, {
    maxBatch: BATCH,
    ids: target,
  });
  const batches = new BatchIterator(encoded, { batchSize: BATCH, cursor: { seed: 1 } });
  const probe = makeBatch(encoded.slice(0, BATCH));
  const [ids, lengths, longest] =
    reads === 'source'
      ? [probe.source, probe.sourceLengths, probe.sourceLength]
      : [probe.targetInput, probe.targetLengths, probe.targetLength];
  const progress = new Progress(steps);
  const samples: number[] = [];
  const round = 20;
  for (let done = 0; done < steps; done += round) {
    await trainer.train(take(batches, Math.min(round, steps - done)));
    await decoder.decode(
      { shape: [probe.size, longest], data: ids },
      { shape: [probe.size], data: lengths },
    );
    samples.push(live().bytes);
    progress.update(Math.min(steps, done + round), `${model.kind}, ${samples.at(-1)} live bytes`);
  }
  progress.end();
  // The first rounds fill the rings of staging buffers.
  const settled = samples[Math.min(1, samples.length - 1)] ?? 0;
  const growth = (samples.at(-1) ?? 0) - settled;
  decoder.dispose();
  trainer.dispose();
  const left = live();
  process.stdout.write(
    `${model.kind}: ${steps} steps on ${device.adapterName}: live bytes grew by ${growth}, ` +
      `${left.bytes} bytes in ${left.buffers} buffers left after dispose\n`,
  );
  return { growth, left: left.bytes };
}

function* take<T>(items: Iterator<T, undefined>, count: number): Iterable<T> {
  for (let i = 0; i < count; i++) {
    const { value, done } = items.next();
    if (done === true || value === undefined) return;
    yield value;
  }
}
