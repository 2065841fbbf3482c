/** The model configuration of a recipe, from command-line options. */
import { OptionError } from 'qkv';
import type { Recipe } from './recipe';

type Values = Readonly<Record<string, unknown>>;

const RECURRENT = { embedding: 'embeddingSize', hidden: 'hiddenSize', cell: 'cell' };
const WORDS = {
  embedding: 'size',
  window: 'window',
  negatives: 'negatives',
  subsample: 'subsample',
};
const LANGUAGE = { ...RECURRENT, layers: 'layers', tied: 'tied' };

/** Command-line options of each kind of model, with their names in the configuration. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  transformer: { dModel: 'modelSize', heads: 'heads', ffn: 'feedForward' },
  seq2seq: { ...RECURRENT, layers: 'layers', forgetBias: 'forgetBias' },
  bahdanau: {
    ...RECURRENT,
    score: 'score',
    attention: 'attentionSize',
    readout: 'readout',
  },
  rnn: LANGUAGE,
  lstm: LANGUAGE,
  gru: LANGUAGE,
  skipgram: WORDS,
  cbow: WORDS,
};

/** Default learning rates by kind, which work well on the grammar. */
export const RATES: Readonly<Record<string, number>> = {
  transformer: 0.002,
  seq2seq: 0.004,
  bahdanau: 0.004,
  rnn: 0.002,
  lstm: 0.004,
  gru: 0.004,
  skipgram: 0.02,
  cbow: 0.02,
};

/** Default batch sizes. */
export function batchSizeOf(kind: string): number {
  return OPTIONS[kind] === WORDS ? 512 : 64;
}

/** Default maximum lengths of sentences. */
const LENGTHS = { word: 32, character: 160 };

/**
 * A model's configuration, without its vocabularies.
 * @throws OptionError for an unknown kind
 */
export function modelOptions(kind: string, values: Values): Recipe['model'] {
  const names = OPTIONS[kind];
  if (names === undefined) {
    throw new OptionError(
      `--model must be one of ${Object.keys(OPTIONS).join(', ')}, found '${kind}'`,
    );
  }
  const model: Record<string, string | number | boolean> = {};
  for (const [flag, name] of Object.entries(names)) {
    const value = values[flag];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      model[name] = value;
    }
  }
  if (names === WORDS) return model;
  return {
    ...model,
    ...(kind === 'transformer' ? layersOf(values) : {}),
    ...(kind === 'seq2seq' ? { reverseSource: values.reverseSource === true } : {}),
    maxLength: Number(
      values.maxLength ?? LENGTHS[values.tokens === 'character' ? 'character' : 'word'],
    ),
    ...(kind === 'transformer' ? { normFirst: values.postNorm !== true } : {}),
    dropout: Number(values.dropout),
  };
}

function layersOf({ layers }: Values) {
  return { encoderLayers: Number(layers), decoderLayers: Number(layers) };
}
