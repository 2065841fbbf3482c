/** Texts with masks: what people type as `[MASK]`, as ids and back. */
import { InputError, shown } from '../core/errors';
import type { Codec } from '../text';
import { encodeTokens } from './generation';
import type { LanguageText, UnknownPolicy } from './modelText';
import { typedText } from './typedText';

/** How a mask is written in a text. */
export const MASK = '[MASK]';

/** A model's texts. */
export interface MaskedTexts {
  readonly vocabulary: Codec;
  readonly text: LanguageText;
  readonly maskId: number;
  /** Longest text in tokens, without bos and eos. */
  readonly maxTokens: number;
}

/** A text as ids. */
export interface ReadText {
  /** Without bos and eos. */
  readonly ids: readonly number[];
  /** Places of the masks among them. */
  readonly masks: readonly number[];
}

/**
 * Ids of a text with masks.
 * @param where names the call in messages
 * @throws InputError for an empty text, unknown words where those are errors, and a text that is too
 *   long
 */
export function readMaskedText(
  where: string,
  typed: string,
  { vocabulary, text, maskId, maxTokens }: MaskedTexts,
  unknown: UnknownPolicy = text.unknown,
): ReadText {
  if (typeof typed !== 'string' || typed.trim() === '') {
    const found =
      typeof typed === 'string' ? 'is empty' : `must be a string, found ${shown(typed)}`;
    throw new InputError(`${where}: the text ${found}; type at least one word`);
  }
  const { split } = typedText(text, vocabulary);
  const limits = { unknown, maxTokens };
  const parts = typed.split(MASK).map((part) => {
    return encodeTokens(where, split(part), vocabulary, limits);
  });
  const ids = parts.flatMap((part, i) => (i === 0 ? part : [maskId, ...part]));
  if (ids.length > maxTokens) {
    throw new InputError(
      `${where}: the text has ${ids.length} tokens, this model takes at most ${maxTokens}; shorten ` +
        'or split it',
    );
  }
  return { ids, masks: ids.flatMap((id, place) => (id === maskId ? [place] : [])) };
}
