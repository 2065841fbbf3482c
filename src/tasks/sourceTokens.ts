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
  if (typeof text !== 'string' || text.trim() === '') {
    const found = typeof text === 'string' ? 'is empty' : `must be a string, found ${shown(text)}`;
    throw new InputError(`translate: the sentence ${found}; type at least one word`);
  }
  const typed = textRules(convention).split(text);
  if (!convention.tokenised) return typed;
  const known = (token: string) => vocabulary.id(token) !== undefined;
  const tokens = typed.flatMap((token) => {
    const word = token.endsWith("'s") ? token.slice(0, -2) : '';
    return !known(token) && known(word) && known("'s") ? [word, "'s"] : [token];
  });
  while (tokens.at(-1) === '.' && !known('.')) tokens.pop();
  if (tokens.length > 0) return tokens;
  throw new InputError('translate: the sentence is empty; type at least one word');
}
