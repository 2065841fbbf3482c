/** The options of generation rules, and their checks. */
import { checkOptions, OptionError, shown } from '../core/errors';

/** Token ids, and what is added to the score of the last one after the others. */
export type SequenceBias = readonly (readonly [ids: readonly number[], added: number])[];

/**
 * What published models ask of generation (generation_config.json): each rule changes the scores from
 * which tokens are chosen, in the order of this list. A beam search applies them to log-probabilities,
 * greedy decoding and sampling to logits. Lengths count the prompt, or the start token of an
 * encoder-decoder, unless they are of new tokens.
 */
export interface GenerationRules {
  /**
   * What the tokens before the first generated one are: 'prompt' for a language model, whose source
   * they are; 'start' for an encoder-decoder, whose decoder begins with a start token (default).
   */
  readonly context?: 'prompt' | 'start';
  /** Ids that end a text (default: eos). Hypotheses end with eos, whichever it was. */
  readonly ends?: readonly number[];
  /** Largest number of generated tokens, an end included (default: what the model allows). */
  readonly maxNewTokens?: number;
  /** Largest number of tokens in all. */
  readonly maxLength?: number;
  /** Numbers that are added to the score of a token after others; of one id, everywhere. */
  readonly sequenceBias?: SequenceBias;
  /** As `repetitionPenalty`, of tokens of the source, which it makes likelier if above 1. */
  readonly encoderRepetitionPenalty?: number;
  /**
   * Divides positive scores of tokens that occurred, and multiplies negative ones (Keskar et al. 2019,
   * section 4.1).
   */
  readonly repetitionPenalty?: number;
  /** Size of n-grams that may occur only once (Paulus et al. 2018, section 2.5). */
  readonly noRepeatNgrams?: number;
  /** Size of n-grams of the source that may not occur. */
  readonly encoderNoRepeatNgrams?: number;
  /** Sequences of ids that are never generated. An end alone is not banned. */
  readonly bannedSequences?: readonly (readonly number[])[];
  /** Smallest number of tokens in all before an end. */
  readonly minLength?: number;
  /** Smallest number of generated tokens before an end. */
  readonly minNewTokens?: number;
  /** The only token that may follow a single one, such as a decoder's start token. */
  readonly forcedFirst?: number;
  /** The only tokens that may be the last one of the largest length. */
  readonly forcedLast?: readonly number[];
  /** Whether NaN becomes 0 and infinite scores become the largest finite ones (default false). */
  readonly removeInvalid?: boolean;
  /**
   * From this number of generated tokens on, the score of an end grows by its magnitude times
   * factor^n - 1 for the nth token.
   */
  readonly lengthDecay?: readonly [after: number, factor: number];
  /** Ids that are not generated first. */
  readonly suppressedFirst?: readonly number[];
  /** Ids that are never generated. */
  readonly suppressed?: readonly number[];
  /** Whether the scores become log-probabilities in the end (default false). */
  readonly renormalise?: boolean;
}

const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 1;
const isWhole = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
const isFactor = (value: unknown) => Number.isFinite(value) && Number(value) > 0;
const isFlag = (value: unknown) => typeof value === 'boolean';
const areIds = (value: unknown) => Array.isArray(value) && value.every(isWhole);
const isSequence = (value: unknown) => areIds(value) && Array.isArray(value) && value.length > 0;

type Check = readonly [expected: string, fits: (value: unknown) => boolean];

const COUNT: Check = ['a whole number of at least 1', isCount];
const WHOLE: Check = ['a whole number', isWhole];
const FACTOR: Check = ['a number above 0', isFactor];
const FLAG: Check = ['true or false', isFlag];
const IDS: Check = ['a list of ids', areIds];

const CHECKS: Readonly<Record<keyof GenerationRules, Check>> = {
  context: ["'prompt' or 'start'", (value) => value === 'prompt' || value === 'start'],
  ends: ['a list of at least one id', isSequence],
  maxNewTokens: COUNT,
  maxLength: COUNT,
  sequenceBias: [
    'a list of [ids, number from -1e6 to 1e6]',
    (value) =>
      Array.isArray(value) &&
      value.every(
        (pair) =>
          Array.isArray(pair) &&
          pair.length === 2 &&
          isSequence(pair[0]) &&
          // Far below this, a bias could not be told from a hidden token.
          Math.abs(Number(pair[1])) <= 1e6,
      ),
  ],
  encoderRepetitionPenalty: FACTOR,
  repetitionPenalty: FACTOR,
  noRepeatNgrams: COUNT,
  encoderNoRepeatNgrams: COUNT,
  bannedSequences: [
    'a list of lists of ids',
    (value) => Array.isArray(value) && value.every(isSequence),
  ],
  minLength: WHOLE,
  minNewTokens: WHOLE,
  forcedFirst: ['an id', isWhole],
  forcedLast: ['a list of at least one id', isSequence],
  removeInvalid: FLAG,
  lengthDecay: [
    '[whole number, number above 0]',
    (value) =>
      Array.isArray(value) && value.length === 2 && isWhole(value[0]) && isFactor(value[1]),
  ],
  suppressed: IDS,
  suppressedFirst: IDS,
  renormalise: FLAG,
};

/** @throws OptionError for an unknown rule, or a value that is none */
export function checkRules(rules: GenerationRules): void {
  checkOptions('generationRules', rules, Object.keys(CHECKS));
  const given: Readonly<Record<string, unknown>> = { ...rules };
  for (const [name, [expected, fits]] of Object.entries(CHECKS)) {
    const value = given[name];
    if (value === undefined || fits(value)) continue;
    throw new OptionError(`generationRules: ${name} must be ${expected}, found ${shown(value)}`);
  }
}
