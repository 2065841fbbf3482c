/** Tiny models on a made-up language, for tests that need a real training run. */

import type { Device } from 'qkv';
import { random } from 'qkv/cpu';
import {
  bahdanauModel,
  type Decodable,
  type LanguageModel,
  recurrentLanguageModel,
  seq2seqModel,
  type TranslationModel,
  transformerModel,
} from 'qkv/models';
import { type Batch, BatchIterator, type EncodedPair } from 'qkv/text';
import {
  languageTask,
  Trainer,
  type TrainerOptions,
  type TrainingTask,
  type TranslationOptions,
  translationTask,
} from 'qkv/train';
import { defined } from '../../tools/lib/defined';

export const VOCABULARY = 12;

/** Sequences of 2 to 6 ids whose translation has every id moved by one. */
export function movedPairs(count: number, seed: number): readonly EncodedPair[] {
  const source = random(seed);
  const first = 4;
  return Array.from({ length: count }, () => {
    const ids = Array.from(
      { length: 2 + source.below(5) },
      () => first + source.below(VOCABULARY - first),
    );
    const moved = ids.map((id) => first + ((id - first + 1) % (VOCABULARY - first)));
    return { source: ids, target: moved };
  });
}

export const TINY_OPTIONS: TrainerOptions & TranslationOptions = {
  startup: 'quick',
  maxBatch: 16,
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
  clipNorm: 1,
  labelSmoothing: 0.1,
  padId: 0,
  schedule: { kind: 'warmup', rate: 0.01, warmup: 50 },
  seed: 3,
};

/** The kinds of models, tiny. */
export const TINY_MODELS: Readonly<Record<string, () => TranslationModel>> = {
  transformer: () =>
    transformerModel({
      sourceVocabulary: VOCABULARY,
      targetVocabulary: VOCABULARY,
      modelSize: 32,
      heads: 4,
      feedForward: 64,
      encoderLayers: 1,
      decoderLayers: 1,
      maxLength: 8,
      normFirst: true,
    }),
  bahdanau: () => bahdanauModel({ ...TINY_RECURRENT, attentionSize: 20 }),
  'bahdanau, general score, GRU': () =>
    bahdanauModel({ ...TINY_RECURRENT, cell: 'gru', score: 'general', readout: 'linear' }),
  'bahdanau, dot score, reset before': () =>
    bahdanauModel({ ...TINY_RECURRENT, cell: 'gru-reset-before', score: 'dot' }),
  seq2seq: () => seq2seqModel({ ...TINY_RECURRENT, hiddenSize: 48, layers: 1 }),
  'seq2seq, 2 layers of GRU, reversed': () =>
    seq2seqModel({ ...TINY_RECURRENT, layers: 2, cell: 'gru', reverseSource: true }),
};

const TINY_RECURRENT = {
  sourceVocabulary: VOCABULARY,
  targetVocabulary: VOCABULARY,
  embeddingSize: 16,
  hiddenSize: 24,
  maxLength: 8,
};

const TINY_LANGUAGE = { vocabulary: VOCABULARY, embeddingSize: 16, hiddenSize: 24, maxLength: 8 };

/** Kinds of language models, tiny. */
const TINY_LANGUAGE_MODELS: Readonly<Record<string, () => LanguageModel>> = {
  'lstm language model, 2 layers, tied': () =>
    recurrentLanguageModel({ ...TINY_LANGUAGE, embeddingSize: 24, tied: true }),
  'gru language model': () => recurrentLanguageModel({ ...TINY_LANGUAGE, cell: 'gru', layers: 1 }),
  'rnn language model, relu': () =>
    recurrentLanguageModel({ ...TINY_LANGUAGE, cell: 'relu', dropout: 0 }),
};

/** Everything tiny that trains on batches of pairs; a language model reads their targets. */
export const TINY_TASKS: Readonly<Record<string, (options: TranslationOptions) => TinyTask>> = {
  ...Object.fromEntries(
    Object.entries(TINY_MODELS).map(([kind, make]) => [
      kind,
      (options: TranslationOptions) => withTask(make(), (model) => translationTask(model, options)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(TINY_LANGUAGE_MODELS).map(([kind, make]) => [
      kind,
      (options: TranslationOptions) => withTask(make(), (model) => languageTask(model, options)),
    ]),
  ),
};

interface TinyTask {
  readonly model: Decodable;
  readonly task: TrainingTask<Batch>;
}

function withTask<M extends Decodable>(
  model: M,
  taskOf: (model: M) => TrainingTask<Batch>,
): TinyTask {
  return { model, task: taskOf(model) };
}

export interface Tiny {
  readonly model: Decodable;
  readonly trainer: Trainer<Batch>;
}

export async function tinyTrainer(
  device: Device,
  options: Partial<TrainerOptions> = {},
  kind = 'transformer',
): Promise<Tiny> {
  const all = { ...TINY_OPTIONS, ...options };
  const { model, task } = defined(TINY_TASKS[kind], kind)(all);
  return { model, trainer: await Trainer.create(device, task, all) };
}

export function batchesOf(
  pairs: readonly EncodedPair[],
  steps: number,
  seed = 1,
): Iterable<ReturnType<BatchIterator['next']>['value'] & object> {
  const iterator = new BatchIterator(pairs, { batchSize: 16, cursor: { seed } });
  return (function* () {
    for (let i = 0; i < steps; i++) {
      const { value } = iterator.next();
      if (value !== undefined) yield value;
    }
  })();
}
