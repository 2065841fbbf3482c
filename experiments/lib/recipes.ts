/** Recipes of the compared models. */
import type { Recipe } from '../../tools/lib/recipe';

/** The shipped models, in historical order. */
export const COMPARED = ['toy-seq2seq', 'toy-bahdanau', 'toy-transformer'] as const;

export type Compared = (typeof COMPARED)[number];

/** The models that experiments take as they are shipped. */
export type Shipped = Compared | 'toy-bert';

const TINY_MODELS: Readonly<Record<Shipped, Pick<Recipe, 'kind' | 'model'>>> = {
  'toy-seq2seq': {
    kind: 'seq2seq',
    model: { embeddingSize: 32, hiddenSize: 32, layers: 1, maxLength: 32, dropout: 0 },
  },
  'toy-bahdanau': {
    kind: 'bahdanau',
    model: { embeddingSize: 32, hiddenSize: 32, attentionSize: 32, maxLength: 32, dropout: 0 },
  },
  'toy-transformer': {
    kind: 'transformer',
    model: {
      modelSize: 32,
      heads: 4,
      feedForward: 64,
      encoderLayers: 1,
      decoderLayers: 1,
      maxLength: 32,
      normFirst: true,
      dropout: 0,
    },
  },
  'toy-bert': {
    kind: 'bert',
    model: { modelSize: 16, heads: 2, feedForward: 32, layers: 1, maxLength: 32, dropout: 0 },
  },
};

/** A model that trains within seconds, for tests. */
export function tinyRecipe(name: Shipped, seed: number): Recipe {
  return {
    ...TINY_MODELS[name],
    corpus:
      name === 'toy-bert'
        ? { kind: 'toyText', seed, side: 'source', unit: 'word', sentences: 500 }
        : { kind: 'toy', seed, pairs: 500 },
    steps: 20,
    batchSize: 16,
    schedule: { kind: 'constant', rate: 0.004, warmup: 0, steps: 20, modelSize: 32 },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
    labelSmoothing: 0.05,
    clipNorm: 1,
    seed,
  };
}
