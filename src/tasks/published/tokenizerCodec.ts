/** A published tokenizer as a codec, for what shows ids and names tokens. */
import { FormatError, OptionError, shown } from '../../core/errors';
import type { TargetIds } from '../../generate/hypotheses';
import type { Codec } from '../../text';
import type { Tokenizer } from '../../text/published/tokenizer';

/**
 * Checks that a model has a row for each id of its tokenizer. Special tokens may be without: some
 * tokenizers have one for padding that the model was not trained with, and texts with it are refused.
 * @throws FormatError for other tokens, naming the first
 */
export function checkTokenizer(tokenizer: Tokenizer, size: number): void {
  for (let id = size; id < tokenizer.size; id++) {
    const isSpecial = tokenizer.token(id) === '' || tokenizer.decode([id]) === '';
    if (isSpecial) continue;
    throw new FormatError(
      `config.json: the model has ${size} ids, but the tokenizer has ${tokenizer.size}, of which ${id} is ` +
        `${shown(tokenizer.token(id))}; do the files belong together?`,
    );
  }
}

/**
 * A tokenizer as a codec, whose only word is the whole text.
 * @param size number of ids of the model
 * @param ids which of them the model's configuration, rather than its tokenizer, decides on
 */
export function tokenizerCodec(
  tokenizer: Tokenizer,
  size: number,
  ids: TargetIds,
): Codec & TargetIds {
  return {
    ...ids,
    size,
    unk: tokenizer.special.unk,
    encode: (words) => [...tokenizer.encode(words.join(' '), { special: false }).ids],
    decode: (all) => {
      const text = tokenizer.decode(all);
      return text === '' ? [] : [text];
    },
    token: (id) => tokenizer.token(id),
    stream: () => tokenizer.stream(),
    id: (word) => tokenizer.id(word),
    toJSON: () => {
      throw new OptionError('a published tokenizer is kept in its own files; copy these');
    },
  };
}

/** Text as it is: the tokenizer decides. */
export const PLAIN_TEXT = {
  language: undefined,
  case: 'cased',
  tokenised: false,
  unit: 'word',
} as const;
