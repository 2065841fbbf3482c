/** Texts with masks: what people type as `[MASK]`, as ids and back. */
import { InputError, shown } from '../core/errors';
import type { Codec } from '../text';
import { encodeTokens } from './generation';
import type { LanguageText, UnknownPolicy } from './modelText';
import { showTokens } from './shownTokens';
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
  /** The text of each id, of unknown words as they were typed; undefined for masks. */
  readonly tokens: readonly (string | undefined)[];
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
  const ids: number[] = [];
  const tokens: (string | undefined)[] = [];
  for (const [i, part] of typed.split(MASK).entries()) {
    if (i > 0) {
      ids.push(maskId);
      tokens.push(undefined);
    }
    const words = split(part);
    const own = encodeTokens(where, words, vocabulary, limits);
    ids.push(...own);
    tokens.push(...showTokens(vocabulary, own, (at) => [words[at]]).tokens);
  }
  if (ids.length > maxTokens) {
    throw new InputError(
      `${where}: the text has ${ids.length} tokens, this model takes at most ${maxTokens}; shorten ` +
        'or split it',
    );
  }
  return { ids, tokens, masks: ids.flatMap((id, place) => (id === maskId ? [place] : [])) };
}
