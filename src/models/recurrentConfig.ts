/** Configurations of the recurrent translation models: their defaults, checks and JSON form. */
import { checkOptions, OptionError } from '../core/errors';
import { CELLS, type CellName } from '../nn/recurrent';
import type { ScoreKind } from '../nn/sequenceAttention';
import { Fields } from './fields';

/** Options that all recurrent translation models share. */
export interface RecurrentConfig {
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly dropout: number;
  /** Longest source or target in tokens, including eos; memory is allocated for it. */
  readonly maxLength: number;
  readonly padId: number;
}

/** Configuration of seq2seq, with a fixed context vector (Sutskever et al. 2014). */
export interface Seq2SeqConfig extends RecurrentConfig {
  readonly layers: number;
  /** Whether the encoder reads the source backwards. */
  readonly reverseSource: boolean;
  /** Added to the initial biases of an LSTM's forget gates. */
  readonly forgetBias: number;
}

/** Configuration of RNNsearch (Bahdanau et al. 2015). */
export interface BahdanauConfig extends RecurrentConfig {
  /**
   * The attention score. For 'dot', each direction of the encoder has half of the decoder's units.
   */
  readonly score: ScoreKind;
  /** For 'additive': size of the space in which query and key are added. */
  readonly attentionSize: number;
  /**
   * Whether logits come from [state; context; embedding] directly, or through a tanh layer of
   * hiddenSize.
   */
  readonly readout: 'linear' | 'tanh';
}

/** Vocabulary sizes of a translation model. */
export type Vocabularies = Pick<RecurrentConfig, 'sourceVocabulary' | 'targetVocabulary'>;

/** Options of seq2seq: its configuration, where only the vocabulary sizes are required. */
export type Seq2SeqOptions = Partial<Seq2SeqConfig> & Vocabularies;

/** Options of RNNsearch: its configuration, where only the vocabulary sizes are required. */
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

/** Checks that sizes are positive integers. @throws OptionError naming the first that is not */
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
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
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
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
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

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
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

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
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
