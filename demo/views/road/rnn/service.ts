/** Trains a small recurrent network in the worker, on English sentences of the grammar. */
import type { Device } from 'qkv';
import { startupFor } from 'qkv/graph';
import { recurrentLanguageModel } from 'qkv/models';
import { BatchIterator, buildVocabulary } from 'qkv/text';
import { toyPairs, toyVocabulary } from 'qkv/toy';
import { languageTask, Trainer } from 'qkv/train';
import type { Network } from './network';

/** Units of the state. */
const SIZE = 32;
const STEPS = 240;
const BATCH = 32;
const SENTENCES = 4000;
const SEED = 1;
/** Steps between reports. */
const REPORT = 10;
const LONGEST = 24;

/** A network, and how it was trained. */
export interface TrainedNetwork extends Network {
  readonly steps: number;
  /** Mean loss of a word in the last steps. */
  readonly loss: number;
}

/** @param onProgress part of the training that is done, and the loss of a word */
export default async function train(
  device: Device,
  onProgress: (done: number, loss: number) => void,
  signal: AbortSignal,
): Promise<TrainedNetwork> {
  const vocabulary = buildVocabulary([toyVocabulary().source]);
  const model = recurrentLanguageModel({
    ...{ vocabulary: vocabulary.size, cell: 'tanh', embeddingSize: SIZE, hiddenSize: SIZE },
    ...{ layers: 1, dropout: 0, maxLength: LONGEST },
  });
  const options = { maxBatch: BATCH, labelSmoothing: 0, padId: vocabulary.pad };
  const trainer = await Trainer.create(device, languageTask(model, options), {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
    schedule: { kind: 'cosine', rate: 0.02, warmup: 10, steps: STEPS },
    clipNorm: 1,
    seed: SEED,
    startup: startupFor(STEPS),
  });
  try {
    const sentences = toyPairs({ seed: SEED, split: 'train', count: SENTENCES })
      .filter(({ source }) => source.length < LONGEST)
      .map(({ source }) => ({ source: [], target: vocabulary.encode(source) }));
    const ids = { targetIds: vocabulary };
    const batches = new BatchIterator(sentences, {
      ...ids,
      batchSize: BATCH,
      cursor: { seed: SEED },
    });
    let mean = 0;
    await trainer.train(take(batches, STEPS), {
      signal,
      yields: true,
      onStep: ({ step, loss }) => {
        mean = step === 1 ? loss : 0.9 * mean + 0.1 * loss;
        if (step % REPORT === 0) onProgress(step / STEPS, mean);
      },
    });
    const found = await trainer.parameters.read();
    const of = (name: string) => {
      const tensor = found.get(name);
      if (tensor === undefined) throw new Error(`internal error: no parameter ${name}`);
      return tensor.data;
    };
    const state = of('rnn.bias_hh_l0');
    return {
      steps: STEPS,
      loss: mean,
      vocabulary: Array.from({ length: vocabulary.size }, (_, id) => vocabulary.token(id)),
      size: SIZE,
      vectors: of('embedding.weight'),
      ofInput: of('rnn.weight_ih_l0'),
      ofState: of('rnn.weight_hh_l0'),
      bias: Float64Array.from(of('rnn.bias_ih_l0'), (value, i) => value + (state[i] ?? 0)),
      ofOutput: of('out.weight'),
      outputBias: of('out.bias'),
    };
  } finally {
    trainer.dispose();
  }
}

function* take<T>(items: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  if (left === 0) return;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}
