/** Fields of generation_config.json: which are read, which change nothing, and which are refused. */
import { FormatError, OptionError, shown } from '../core/errors';
import type { SequenceBias } from './ruleOptions';

/** Values of fields by name; those that are null are left out. */
export type Fields = ReadonlyMap<string, unknown>;

/** Options of a call by the names of generation_config.json in camelCase; null unsets one of the file. */
export interface GenerationOverrides {
  readonly doSample?: boolean | null;
  readonly numBeams?: number | null;
  readonly numReturnSequences?: number | null;
  readonly lengthPenalty?: number | null;
  readonly earlyStopping?: boolean | 'never' | null;
  readonly maxLength?: number | null;
  readonly maxNewTokens?: number | null;
  readonly minLength?: number | null;
  readonly minNewTokens?: number | null;
  readonly temperature?: number | null;
  readonly topK?: number | null;
  readonly topP?: number | null;
  readonly minP?: number | null;
  readonly typicalP?: number | null;
  readonly epsilonCutoff?: number | null;
  readonly etaCutoff?: number | null;
  readonly repetitionPenalty?: number | null;
  readonly encoderRepetitionPenalty?: number | null;
  readonly noRepeatNgramSize?: number | null;
  readonly encoderNoRepeatNgramSize?: number | null;
  readonly badWordsIds?: readonly (readonly number[])[] | null;
  readonly sequenceBias?: SequenceBias | null;
  readonly forcedBosTokenId?: number | null;
  readonly forcedEosTokenId?: number | readonly number[] | null;
  readonly removeInvalidValues?: boolean | null;
  readonly exponentialDecayLengthPenalty?: readonly [after: number, factor: number] | null;
  readonly suppressTokens?: readonly number[] | null;
  readonly beginSuppressTokens?: readonly number[] | null;
  readonly renormalizeLogits?: boolean | null;
  readonly stopStrings?: string | readonly string[] | null;
  readonly padTokenId?: number | null;
  readonly bosTokenId?: number | null;
  readonly eosTokenId?: number | readonly number[] | null;
  readonly decoderStartTokenId?: number | null;
}

/** The fields that are read. */
const READ = Object.keys({
  doSample: true,
  numBeams: true,
  numReturnSequences: true,
  lengthPenalty: true,
  earlyStopping: true,
  maxLength: true,
  maxNewTokens: true,
  minLength: true,
  minNewTokens: true,
  temperature: true,
  topK: true,
  topP: true,
  minP: true,
  typicalP: true,
  epsilonCutoff: true,
  etaCutoff: true,
  repetitionPenalty: true,
  encoderRepetitionPenalty: true,
  noRepeatNgramSize: true,
  encoderNoRepeatNgramSize: true,
  badWordsIds: true,
  sequenceBias: true,
  forcedBosTokenId: true,
  forcedEosTokenId: true,
  removeInvalidValues: true,
  exponentialDecayLengthPenalty: true,
  suppressTokens: true,
  beginSuppressTokens: true,
  renormalizeLogits: true,
  stopStrings: true,
  padTokenId: true,
  bosTokenId: true,
  eosTokenId: true,
  decoderStartTokenId: true,
} satisfies Record<keyof GenerationOverrides, true>).map(snakeCase);

/** Fields that do not change which tokens are generated, or only with a field that is refused. */
const WITHOUT_EFFECT = [
  ...['transformers_version', '_from_model_config', '_commit_hash', '_name_or_path'],
  ...['use_cache', 'cache_implementation', 'cache_config', 'return_legacy_cache'],
  ...['prefill_chunk_size', 'low_memory', 'compile_config', 'disable_compile'],
  ...['return_dict_in_generate', 'output_attentions', 'output_hidden_states'],
  ...['output_scores', 'output_logits', 'max_matching_ngram_size', 'is_assistant'],
  ...['num_assistant_tokens', 'num_assistant_tokens_schedule', 'assistant_confidence_threshold'],
  ...['assistant_lookbehind', 'target_lookbehind'],
];

/** Fields that ask for what is not supported, unless they have a value that asks for nothing. */
const REFUSED: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ['assistant_early_exit', [0]],
  ['constraints', []],
  ['diversity_penalty', [0]],
  ['dola_layers', []],
  ['force_words_ids', []],
  ['forced_decoder_ids', []],
  ['guidance_scale', [1]],
  ['max_time', []],
  ['num_beam_groups', [1]],
  ['penalty_alpha', [0]],
  ['prompt_lookup_num_tokens', [0]],
  ['token_healing', [false]],
  ['top_h', [1]],
  ['watermarking_config', []],
]);

/** A name of generation_config.json for one in camelCase. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const namesIn = (value: object) =>
  Object.entries(value).map(([name, each]): [string, unknown] => [snakeCase(name), each]);

/** @throws FormatError unless it is an object */
function objectOf(where: string, value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new FormatError(`${where}: expected an object, found ${shown(value)}`);
}

/**
 * The fields of a call, of the file, and where there is no file, of config.json, in this precedence.
 * @throws OptionError for fields that are unknown or ask for what is not supported; FormatError
 */
export function fieldsOf(file: unknown, config: unknown, overrides: object): Fields {
  const model = namesIn(objectOf('config.json', config)).filter(([name]) =>
    file === undefined
      ? READ.includes(name) || REFUSED.has(name)
      : name.endsWith('_token_id') && READ.includes(name) && !name.startsWith('forced'),
  );
  const own = file === undefined ? [] : namesIn(objectOf('generation_config.json', file));
  // Fields that the file sets to null are those of config.json, if it may have them.
  const known = own.filter(([, value]) => value !== null);
  const given = Object.entries(overrides).flatMap(([name, value]): [string, unknown][] =>
    value === undefined ? [] : [[snakeCase(name), value]],
  );
  const all = new Map<string, unknown>([...model, ...known, ...given]);
  const fields = new Map([...all].filter(([, value]) => value !== null && value !== undefined));
  for (const [name, value] of fields) {
    if (READ.includes(name) || WITHOUT_EFFECT.includes(name)) continue;
    const remedy = `set it to null among the options of the call to generate without it`;
    const harmless = REFUSED.get(name);
    if (harmless === undefined) {
      throw new OptionError(
        `generation options: unknown field '${name}' with the value ${shown(value)}; ${remedy}`,
      );
    }
    if (harmless.includes(value)) continue;
    throw new OptionError(
      `generation options: ${name} is not supported, found ${shown(value)}; ${remedy}`,
    );
  }
  return fields;
}

/** A field of a type, or undefined. @throws OptionError for a value of another type */
function read<T>(
  fields: Fields,
  name: string,
  expected: string,
  fits: (value: unknown) => value is T,
): T | undefined {
  const value = fields.get(name);
  if (value === undefined || fits(value)) return value;
  throw new OptionError(
    `generation options: ${name} must be ${expected}, found ${shown(value)}; correct it`,
  );
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isId = (value: unknown): value is number => isNumber(value) && Number.isInteger(value);
const areIds = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isId);
const isSequence = (value: unknown): value is readonly number[] =>
  areIds(value) && value.length > 0 && value.every((id) => id >= 0);

export const numberOf = (fields: Fields, name: string): number | undefined =>
  read(fields, name, 'a number', isNumber);

/** A whole number from the least to the most. */
export const wholeOf = (
  fields: Fields,
  name: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined =>
  read(
    fields,
    name,
    most < Number.MAX_SAFE_INTEGER
      ? `a whole number from ${least} to ${most}`
      : `a whole number of at least ${least}`,
    (value): value is number => isId(value) && value >= least && value <= most,
  );

/** A number above 0. */
export const positiveOf = (fields: Fields, name: string): number | undefined =>
  read(
    fields,
    name,
    'a number above 0',
    (value): value is number => isNumber(value) && value > 0 && value < Infinity,
  );

/** Fields whose ids are tokens. That of padding stands behind texts only, and may be any. */
const TOKENS = [
  ...['bos_token_id', 'eos_token_id', 'decoder_start_token_id', 'forced_bos_token_id'],
  ...['forced_eos_token_id', 'suppress_tokens', 'begin_suppress_tokens', 'bad_words_ids'],
];

/** @throws OptionError for an id that a vocabulary of a size does not have, naming its field */
export function checkVocabulary(fields: Fields, size: number): void {
  const named = TOKENS.map((name) => [name, fields.get(name)] as const);
  const biased = (biasOf(fields, 'sequence_bias') ?? []).map(
    ([ids]) => ['sequence_bias', ids] as const,
  );
  for (const [name, value] of [...named, ...biased]) {
    const ids: readonly unknown[] = [value].flat(2);
    const outside = ids.find((id) => isNumber(id) && id >= size);
    if (outside === undefined) continue;
    throw new OptionError(
      `generation options: ${name} must be of the vocabulary, 0 to ${size - 1}, found ${outside}; do ` +
        'the files belong together?',
    );
  }
}

export const flagOf = (fields: Fields, name: string): boolean =>
  read(fields, name, 'true or false', (value) => typeof value === 'boolean') ?? false;

/** A list of ids, of one or several. */
export function idsOf(fields: Fields, name: string): readonly number[] | undefined {
  const found = read(
    fields,
    name,
    'an id or a list of ids',
    (value): value is number | readonly number[] => isId(value) || areIds(value),
  );
  return typeof found === 'number' ? [found] : found;
}

export const sequencesOf = (
  fields: Fields,
  name: string,
): readonly (readonly number[])[] | undefined =>
  read(
    fields,
    name,
    'a list of lists of ids, each of one or more',
    (value): value is readonly (readonly number[])[] =>
      Array.isArray(value) && value.every(isSequence),
  );

const isBias = (value: unknown): value is readonly [readonly number[], number] =>
  Array.isArray(value) && value.length === 2 && isSequence(value[0]) && isNumber(value[1]);

export const biasOf = (fields: Fields, name: string): SequenceBias | undefined =>
  read(
    fields,
    name,
    'a list of [ids, number]',
    (value): value is SequenceBias => Array.isArray(value) && value.every(isBias),
  );

export const pairOf = (fields: Fields, name: string): readonly [number, number] | undefined =>
  read(
    fields,
    name,
    'two numbers',
    (value): value is readonly [number, number] =>
      Array.isArray(value) && value.length === 2 && value.every(isNumber),
  );

/** Texts, of one or several. */
export function textsOf(fields: Fields, name: string): readonly string[] {
  const found = read(
    fields,
    name,
    'a text or a list of texts',
    (value): value is string | readonly string[] =>
      typeof value === 'string' ||
      (Array.isArray(value) && value.every((each) => typeof each === 'string')),
  );
  return typeof found === 'string' ? [found] : (found ?? []);
}

/** When a beam search stops. */
export const stoppingOf = (fields: Fields, name: string): boolean | 'never' =>
  read(
    fields,
    name,
    "true, false or 'never'",
    (value): value is boolean | 'never' => typeof value === 'boolean' || value === 'never',
  ) ?? false;
