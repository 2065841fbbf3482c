/** Configurations of the recurrent translation models: defaults, checks, reading from JSON. */
import { checkOptions, OptionError } from '../core/errors';
import { CELLS, type CellName } from '../nn/recurrent';
import type { ScoreKind } from '../nn/sequenceAttention';
import { Fields } from './fields';

/** What the recurrent models share. */
export interface RecurrentConfig {
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly dropout: number;
  /** Longest source or target, in tokens with eos: bounds memory. */
  readonly maxLength: number;
  readonly padId: number;
}

/** A fixed context vector (Sutskever et al. 2014). */
export interface Seq2SeqConfig extends RecurrentConfig {
  readonly layers: number;
  /** Read the source from its end to its beginning. */
  readonly reverseSource: boolean;
  /** What the biases of an LSTM's forget gates start higher by. */
  readonly forgetBias: number;
}

/** RNNsearch (Bahdanau et al. 2015). */
export interface BahdanauConfig extends RecurrentConfig {
  /** 'dot' compares states of one size: the encoder's directions have half the units each. */
  readonly score: ScoreKind;
  /** Size in which additive scores are compared. */
  readonly attentionSize: number;
  /** Logits straight from [state; context; embedding], or through a tanh layer of the hidden size. */
  readonly readout: 'linear' | 'tanh';
}

/** The sizes of the vocabularies of a model. */
export type Vocabularies = Pick<RecurrentConfig, 'sourceVocabulary' | 'targetVocabulary'>;

/** A configuration of which the sizes of the vocabularies alone are needed. */
export type Seq2SeqOptions = Partial<Seq2SeqConfig> & Vocabularies;

/** A configuration of which the sizes of the vocabularies alone are needed. */
export type BahdanauOptions = Partial<BahdanauConfig> & Vocabularies;

const SHARED = {
  cell: 'lstm',
  embeddingSize: 128,
  hiddenSize: 128,
  dropout: 0.1,
  maxLength: 64,
  padId: 0,
} as const;

const SEQ2SEQ = { ...SHARED, layers: 2, reverseSource: false, forgetBias: 0 } as const;

const BAHDANAU = { ...SHARED, score: 'additive', attentionSize: 128, readout: 'tanh' } as const;

const VOCABULARIES = ['sourceVocabulary', 'targetVocabulary'] as const;
const SIZES = [...VOCABULARIES, 'embeddingSize', 'hiddenSize', 'maxLength'] as const;

/** @throws OptionError naming a size that is no positive integer */
export function checkSizes<C extends object>(
  kind: string,
  config: C,
  names: readonly (keyof C & string)[],
) {
  for (const name of names) {
    const value = config[name];
    if (!(typeof value === 'number' && Number.isInteger(value) && value >= 1)) {
      throw new OptionError(`${kind}: ${name} must be a positive integer, found ${value}`);
    }
  }
}

/**
 * A complete, checked configuration.
 * @throws OptionError for an unknown option or a value that cannot work
 */
export function seq2seqConfig(options: Seq2SeqOptions): Seq2SeqConfig {
  checkOptions('seq2seq', options, [...Object.keys(SEQ2SEQ), ...VOCABULARIES]);
  const config = { ...SEQ2SEQ, ...options };
  checkSizes('seq2seq', config, [...SIZES, 'layers']);
  if (!Number.isFinite(config.forgetBias)) {
    throw new OptionError(`seq2seq: forgetBias must be a number, found ${config.forgetBias}`);
  }
  return config;
}

/**
 * A complete, checked configuration.
 * @throws OptionError for an unknown option or a value that cannot work
 */
export function bahdanauConfig(options: BahdanauOptions): BahdanauConfig {
  checkOptions('bahdanau', options, [...Object.keys(BAHDANAU), ...VOCABULARIES]);
  const config = { ...BAHDANAU, ...options };
  checkSizes('bahdanau', config, [...SIZES, 'attentionSize']);
  if (config.score === 'dot' && config.hiddenSize % 2 !== 0) {
    throw new OptionError(
      "bahdanau: with score 'dot' each direction of the encoder has half of the decoder's units: " +
        `hiddenSize must be even, found ${config.hiddenSize}; or use 'general'`,
    );
  }
  return config;
}

function shared(fields: Fields): RecurrentConfig {
  return {
    sourceVocabulary: fields.number('sourceVocabulary'),
    targetVocabulary: fields.number('targetVocabulary'),
    cell: fields.oneOf('cell', CELLS, SHARED.cell),
    embeddingSize: fields.number('embeddingSize', SHARED.embeddingSize),
    hiddenSize: fields.number('hiddenSize', SHARED.hiddenSize),
    dropout: fields.number('dropout', SHARED.dropout),
    maxLength: fields.number('maxLength', SHARED.maxLength),
    padId: fields.number('padId', SHARED.padId),
  };
}

/** The options in a configuration. @throws FormatError naming the field and what it must be */
export function parseSeq2SeqOptions(json: unknown): Seq2SeqOptions {
  const known = [...Object.keys(SEQ2SEQ), ...VOCABULARIES];
  const fields = new Fields('seq2seq configuration', json, known);
  return {
    ...shared(fields),
    layers: fields.number('layers', SEQ2SEQ.layers),
    reverseSource: fields.boolean('reverseSource', SEQ2SEQ.reverseSource),
    forgetBias: fields.number('forgetBias', SEQ2SEQ.forgetBias),
  };
}

/** The options in a configuration. @throws FormatError naming the field and what it must be */
export function parseBahdanauOptions(json: unknown): BahdanauOptions {
  const known = [...Object.keys(BAHDANAU), ...VOCABULARIES];
  const fields = new Fields('bahdanau configuration', json, known);
  return {
    ...shared(fields),
    score: fields.oneOf('score', ['additive', 'dot', 'general'], BAHDANAU.score),
    attentionSize: fields.number('attentionSize', BAHDANAU.attentionSize),
    readout: fields.oneOf('readout', ['linear', 'tanh'], BAHDANAU.readout),
  };
}
