/** A typed sentence as tokens that a model knows: forgiving about what its corpus writes otherwise. */
import { InputError, shown } from '../core/errors';
import { type Codec, tokenise } from '../text';

/**
 * Tokens of an English sentence. A final full stop that the vocabulary lacks is left out, and a word
 * it lacks is split before "'s".
 * @throws InputError for an empty or over-long sentence, or for words the vocabulary lacks where
 *   those are errors, naming all of them
 */
export function sourceTokens(
  text: string,
  vocabulary: Codec,
  options: { readonly unknown: 'error' | 'unk'; readonly maxTokens: number },
): readonly string[] {
  if (typeof text !== 'string' || text.trim() === '') {
    const found = typeof text === 'string' ? 'empty' : `no text, but ${shown(text)}`;
    throw new InputError(`translate: the sentence is ${found}; type at least one word`);
  }
  const known = (token: string) => vocabulary.id(token) !== undefined;
  const tokens = tokenise(text, { language: 'en' }).flatMap((token) => {
    const word = token.endsWith("'s") ? token.slice(0, -2) : '';
    return !known(token) && known(word) && known("'s") ? [word, "'s"] : [token];
  });
  while (tokens.at(-1) === '.' && !known('.')) tokens.pop();
  if (tokens.length === 0) {
    throw new InputError('translate: the sentence is empty; type at least one word');
  }
  if (tokens.length > options.maxTokens) {
    throw new InputError(
      `translate: the sentence has ${tokens.length} tokens, this model takes at most ` +
        `${options.maxTokens}; shorten or split it`,
    );
  }
  const unknown = tokens.filter((token) => !known(token));
  if (options.unknown === 'error' && unknown.length > 0) {
    const words = [...new Set(unknown)];
    throw new InputError(
      `translate: the model does not know ${words.map((word) => `'${word}'`).join(', ')}; its ` +
        `vocabulary has ${vocabulary.size} words: use others`,
      { words },
    );
  }
  return tokens;
}
