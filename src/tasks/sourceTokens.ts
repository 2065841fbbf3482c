/**
 * Tokenises a typed sentence, tolerating what people write differently from the model's training
 * corpus.
 */
import { InputError, shown } from '../core/errors';
import { type Codec, type TextConvention, textRules } from '../text';

/**
 * The tokens of a sentence. Of tokenised text, a final full stop is dropped if the
 * vocabulary lacks it, and an unknown word that ends in "'s" is split before it.
 * @throws InputError for a sentence without a token
 */
export function sourceTokens(
  text: string,
  vocabulary: Codec,
  convention: TextConvention,
): readonly string[] {
  const typed = typeof text === 'string' ? textRules(convention).split(text) : [];
  if (typed.length === 0) {
    throw new InputError(
      `translate: expected a sentence, found ${shown(text)}; type at least one word`,
    );
  }
  if (!convention.tokenised) return typed;
  const known = (token: string) => vocabulary.id(token) !== undefined;
  const tokens = typed.flatMap((token) => {
    const word = token.endsWith("'s") ? token.slice(0, -2) : '';
    return !known(token) && known(word) && known("'s") ? [word, "'s"] : [token];
  });
  while (tokens.length > 1 && tokens.at(-1) === '.' && !known('.')) tokens.pop();
  return tokens;
}
