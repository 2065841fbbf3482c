/** Reads the generation options that published models come with (generation_config.json). */
import { OptionError, shown } from '../core/errors';
import {
  biasOf,
  checkVocabulary,
  type Fields,
  fieldsOf,
  flagOf,
  type GenerationOverrides,
  idsOf,
  numberOf,
  pairOf,
  positiveOf,
  sequencesOf,
  stoppingOf,
  textsOf,
  wholeOf,
} from './generationFields';
import type { TargetIds } from './hypotheses';
import type { Decoding } from './method';
import type { GenerationRules } from './ruleOptions';
import type { StopOptions } from './stop';
import type { Truncation } from './truncation';

/** How a published model generates. */
export interface GenerationSettings {
  /**
   * Needs `generationRules`, and by its kind `publishedBeamSearch` or `sampling`, among the imported
   * decodings.
   */
  readonly decoding: Decoding;
  /**
   * Ids for the decoder: no id of the vocabulary is pad, and all may be generated. `bos` is the start token
   * of an encoder-decoder; -1 stands for ids that a model does not have.
   */
  readonly ids: TargetIds;
  /** The id of padding, for batches of sources. */
  readonly pad: number | undefined;
  /** All ids that end a text. `ids.eos` is the first of them. */
  readonly ends: readonly number[];
  /** Texts after which generation stops, for `stop: { when: afterTexts(stopTexts, decode) }`. */
  readonly stopTexts: readonly string[];
}

/** The most hypotheses that a search extends. */
const MOST_BEAMS = 64;

/** The number of most probable tokens among which the reference samples if nothing else is said. */
const TOP_K = 50;

/**
 * Generation options of a published model as a decoding. Without a largest length, the model's own is the
 * limit. Options that need another way of decoding change nothing, such as the temperature without
 * `do_sample`.
 * @param file contents of generation_config.json; undefined where there is none, so that config.json
 *   has its fields
 * @param config contents of config.json, which has the special ids that the file lacks, and says whether the
 *   model is an encoder-decoder
 * @param overrides options of a call, in camelCase or as in the file; null unsets one of the file
 * @throws OptionError for an option that is unknown or not supported, naming it; FormatError for
 *   contents that are no object
 */
export function readGenerationConfig(
  file: unknown,
  config: unknown = {},
  overrides: GenerationOverrides = {},
): GenerationSettings {
  const fields = fieldsOf(file, config, overrides);
  const size = vocabularyOf(config);
  if (size !== undefined) checkVocabulary(fields, size);
  const ends = idsOf(fields, 'eos_token_id') ?? [];
  const [start, bos] = [oneId(fields, 'decoder_start_token_id'), oneId(fields, 'bos_token_id')];
  const isSeq2seq = isEncoderDecoder(config) ?? start !== undefined;
  const [eos = -1] = ends;
  const rules = rulesOf(fields, ends, isSeq2seq);
  const stopTexts = textsOf(fields, 'stop_strings');
  const decoding = { ...methodOf(fields), generationRules: rules };
  if (stopTexts.length > 0 && decoding.kind === 'publishedBeam') {
    throw new OptionError(
      `generation options: stop_strings do not work with ${decoding.width} beams, found ` +
        `${shown(stopTexts)}; set num_beams to 1`,
    );
  }
  return {
    decoding,
    ids: { pad: -1, bos: (isSeq2seq ? (start ?? bos) : bos) ?? -1, eos, never: [] },
    pad: oneId(fields, 'pad_token_id'),
    ends,
    stopTexts,
  };
}

/**
 * Stops after the token with which the generated text has one of the texts, which stay in the result: for
 * the option `stop: { when }`.
 * @param decode the text of ids
 */
export function afterTexts(
  texts: readonly string[],
  decode: (ids: readonly number[]) => string,
): NonNullable<StopOptions['when']> {
  const stops = (ids: readonly number[]) => {
    const text = decode(ids);
    return texts.some((each) => text.includes(each));
  };
  return (ids) => {
    if (!stops(ids)) return undefined;
    const shorter = ids.findIndex((_, i) => stops(ids.slice(0, i + 1)));
    return shorter + 1;
  };
}

function isEncoderDecoder(config: unknown): boolean | undefined {
  if (typeof config !== 'object' || config === null || !('is_encoder_decoder' in config)) {
    return undefined;
  }
  return config.is_encoder_decoder === true;
}

/** The number of ids that can be generated; undefined if the configuration does not tell. */
function vocabularyOf(config: unknown): number | undefined {
  const { vocab_size: size, decoder_vocab_size: own = size } = Object(config);
  return typeof own === 'number' ? own : undefined;
}

const oneId = (fields: Fields, name: string) => idsOf(fields, name)?.[0];

/** An object without the fields that are undefined. */
type Given<T> = { readonly [Name in keyof T]: T[Name] | undefined };

function methodOf(fields: Fields): Exclude<Decoding, { readonly kind: 'beam' }> {
  const beams = wholeOf(fields, 'num_beams', 1, MOST_BEAMS) ?? 1;
  const count = wholeOf(fields, 'num_return_sequences', 1) ?? 1;
  if (flagOf(fields, 'do_sample')) {
    if (beams !== 1) {
      throw new OptionError(
        `generation options: sampling with beams is not supported, found num_beams ${beams} with ` +
          'do_sample; set one of them to null',
      );
    }
    const temperature = positiveOf(fields, 'temperature') ?? 1;
    return { kind: 'sample', temperature, count, ...truncationOf(fields) };
  }
  if (beams !== 1) {
    return {
      kind: 'publishedBeam',
      width: beams,
      best: count,
      lengthPenalty: numberOf(fields, 'length_penalty') ?? 1,
      earlyStopping: stoppingOf(fields, 'early_stopping'),
    };
  }
  if (count === 1) return { kind: 'greedy' };
  throw new OptionError(
    `generation options: greedy decoding has one result, found num_return_sequences ${count}; set ` +
      'do_sample or num_beams',
  );
}

function truncationOf(fields: Fields): Truncation {
  // A k of 0, like probabilities that leave all tokens, stands for no truncation.
  const within = (name: string) => {
    const value = numberOf(fields, name);
    return value !== undefined && value > 0 && value < 1 ? value : undefined;
  };
  const topK = wholeOf(fields, 'top_k', 0) ?? TOP_K;
  const minP = numberOf(fields, 'min_p');
  return without({
    topK: topK === 0 ? undefined : topK,
    topP: belowOne(positiveOf(fields, 'top_p')),
    minP,
    typicalP: belowOne(positiveOf(fields, 'typical_p')),
    epsilonCutoff: within('epsilon_cutoff'),
    etaCutoff: within('eta_cutoff'),
  });
}

const belowOne = (value: number | undefined) =>
  value !== undefined && value < 1 ? value : undefined;

function rulesOf(fields: Fields, ends: readonly number[], isSeq2seq: boolean): GenerationRules {
  const unlessZero = (name: string) => wholeOf(fields, name, 0) || undefined;
  const unlessOne = (name: string) => {
    const value = positiveOf(fields, name);
    return value === 1 ? undefined : value;
  };
  const maxNewTokens = wholeOf(fields, 'max_new_tokens', 1);
  const rules: Given<GenerationRules> = {
    context: isSeq2seq ? 'start' : 'prompt',
    ends: ends.length === 0 ? undefined : ends,
    maxNewTokens,
    maxLength: maxNewTokens === undefined ? wholeOf(fields, 'max_length', 1) : undefined,
    sequenceBias: biasOf(fields, 'sequence_bias'),
    encoderRepetitionPenalty: unlessOne('encoder_repetition_penalty'),
    repetitionPenalty: unlessOne('repetition_penalty'),
    noRepeatNgrams: unlessZero('no_repeat_ngram_size'),
    encoderNoRepeatNgrams: unlessZero('encoder_no_repeat_ngram_size'),
    bannedSequences: sequencesOf(fields, 'bad_words_ids'),
    minLength: unlessZero('min_length'),
    minNewTokens: unlessZero('min_new_tokens'),
    forcedFirst: wholeOf(fields, 'forced_bos_token_id', 0),
    forcedLast: idsOf(fields, 'forced_eos_token_id'),
    removeInvalid: flagOf(fields, 'remove_invalid_values') || undefined,
    lengthDecay: pairOf(fields, 'exponential_decay_length_penalty'),
    suppressed: idsOf(fields, 'suppress_tokens'),
    suppressedFirst: idsOf(fields, 'begin_suppress_tokens'),
    renormalise: flagOf(fields, 'renormalize_logits') || undefined,
  };
  return without(rules);
}

function without<T extends object>(given: Given<T>): T;
function without(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
