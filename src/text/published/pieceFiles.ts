/** What the files of SentencePiece tokenizers have in common: added tokens, and tables of tokens. */
import { FormatError, shown } from '../../core/errors';
import { checkedId, isObject, type JsonObject } from './files';
import { type AddedToken, CONFIG, type TokenizerConfig, tokenText } from './specialTokens';

/**
 * The tokens of a configuration that are cut out of the text: those that it lists, and those of the
 * roles and others that the vocabulary has.
 * @throws FormatError for a damaged list
 */
export function addedTokensOf(
  { config, roles, others }: TokenizerConfig,
  id: (token: string) => number | undefined,
): readonly AddedToken[] {
  const added = listedTokens(config);
  const listed = new Set(added.map(({ text }) => text));
  const named = [...Object.values(roles), ...others].flatMap((text) => {
    const found = listed.has(text) ? undefined : id(text);
    if (found === undefined || text === '') return [];
    return [{ text, id: found, isSpecial: true, stripsLeft: false, stripsRight: false }];
  });
  return [...added, ...named];
}

/** The tokens that tokenizer_config.json lists. @throws FormatError for a damaged one */
function listedTokens({ added_tokens_decoder: added }: JsonObject): readonly AddedToken[] {
  if (added === undefined || added === null) return [];
  const where = `${CONFIG}, added_tokens_decoder`;
  if (!isObject(added))
    throw new FormatError(`${where}: expected an object, found ${shown(added)}`);
  return Object.entries(added).map(([key, value]) => {
    const text = tokenText(value, `${where}, ${key}`);
    if (text === undefined || text === '' || !isObject(value)) {
      throw new FormatError(`${where}, ${key}: expected a token, found ${shown(value)}`);
    }
    const id = checkedId(key === '' ? undefined : Number(key), where);
    return {
      text,
      id,
      isSpecial: value.special === true,
      stripsLeft: value.lstrip === true,
      stripsRight: value.rstrip === true,
    };
  });
}

/** Tokens by their ids, the added ones last. */
export function tokensById(
  ids: Iterable<readonly [token: string, id: number]>,
  added: readonly AddedToken[],
): ReadonlyMap<number, string> {
  const tokens = new Map<number, string>();
  for (const [token, id] of ids) if (!tokens.has(id)) tokens.set(id, token);
  for (const { text, id } of added) tokens.set(id, text);
  return tokens;
}

/** The largest of some ids plus 1. */
export function sizeOf(ids: Iterable<number>): number {
  let size = 0;
  for (const id of ids) size = Math.max(size, id + 1);
  return size;
}

/** The id of a token that the tokenizer cannot do without. @throws FormatError if it is missing */
export function neededId(id: number | undefined, token: string, where: string): number {
  if (id !== undefined) return id;
  throw new FormatError(`${where}: expected the token '${token}' in the vocabulary, found none`);
}
