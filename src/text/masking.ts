/**
 * Masked words (Devlin et al. 2019, section 3.1): 15% of the tokens are to be predicted; of those
 * 80% are replaced by the mask, 10% by a random token, and 10% are kept.
 */
import { checkOptions, InputError } from '../core/errors';
import type { Random } from '../core/random';
import { ITERATION_OPTIONS, type IterationOptions, ShuffledBatches } from './batchIterator';
import { SPECIAL_IDS } from './buildVocabulary';
import { type LabelledBatch, labelledBatch, NO_LABEL } from './labelled';
import type { SpecialIds } from './vocabulary';

/** What masks tokens. */
export interface MaskingOptions {
  /** Id of the mask. */
  readonly maskId: number;
  /** Ids that random tokens are drawn from. */
  readonly words: readonly number[];
  /** Probability that a token is to be predicted (default 0.15). */
  readonly rate?: number;
  /** Special ids, which frame a sentence and are never masked (default: pad 0, bos 1, eos 2). */
  readonly ids?: Pick<SpecialIds, 'pad' | 'bos' | 'eos'>;
}

/** A sentence with masked tokens. */
export interface MaskedSentence {
  /** bos, the tokens as the model reads them, and eos. */
  readonly tokens: readonly number[];
  /** The original token at each position that is to be predicted, and NO_LABEL elsewhere. */
  readonly labels: readonly number[];
}

/**
 * Masks a sentence. At least one token is to be predicted.
 * @param ids tokens without bos and eos
 */
export function maskSentence(
  ids: readonly number[],
  { maskId, words, rate = 0.15, ids: special = SPECIAL_IDS }: MaskingOptions,
  numbers: Random,
): MaskedSentence {
  const always = numbers.below(ids.length);
  const masked = ids.map((id, place) => {
    const isChosen = numbers.next() < rate || place === always;
    const how = numbers.next();
    const drawn = words[numbers.below(words.length)] ?? id;
    if (!isChosen) return { token: id, label: NO_LABEL };
    return { token: how < 0.8 ? maskId : how < 0.9 ? drawn : id, label: id };
  });
  return {
    tokens: [special.bos, ...masked.map(({ token }) => token), special.eos],
    labels: [NO_LABEL, ...masked.map(({ label }) => label), NO_LABEL],
  };
}

/** Options of batches of masked sentences. */
export interface MaskedBatchOptions extends MaskingOptions, IterationOptions {}

/** Iterates over batches of masked sentences, which are masked differently in each epoch. */
export class MaskedBatches extends ShuffledBatches<readonly number[], LabelledBatch> {
  /**
   * @param sentences ids of each sentence, at least one, without bos and eos
   * @throws InputError if there is no sentence, or one is empty; OptionError
   */
  constructor(sentences: readonly (readonly number[])[], options: MaskedBatchOptions) {
    const where = 'MaskedBatches';
    checkOptions(where, options, ['maskId', 'words', 'rate', 'ids', ...ITERATION_OPTIONS]);
    const empty = sentences.findIndex((ids) => ids.length === 0);
    if (empty >= 0) throw new InputError(`${where}: sentence ${empty} is empty; leave it out`);
    const { ids: { pad: padId } = SPECIAL_IDS } = options;
    const make = (chosen: readonly (readonly number[])[], random: () => Random) => {
      const numbers = random();
      const masked = chosen.map((ids) => maskSentence(ids, options, numbers));
      return labelledBatch(masked, { perToken: true, padId });
    };
    super(where, sentences, ({ length }) => [length, length], make, options);
  }
}
