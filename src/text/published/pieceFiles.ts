/** What the files of SentencePiece tokenizers have in common: added tokens, and tables of tokens. */
import { FormatError } from '../../core/errors';
import type { AddedToken, TokenizerConfig } from './specialTokens';

/**
 * The tokens of a configuration that are cut out of the text: those that it lists, and those of the
 * roles and others that the vocabulary has.
 */
export function addedTokensOf(
  { added, roles, others }: TokenizerConfig,
  id: (token: string) => number | undefined,
): readonly AddedToken[] {
  const listed = new Set(added.map(({ text }) => text));
  const named = [...Object.values(roles), ...others].flatMap((text) => {
    const found = listed.has(text) ? undefined : id(text);
    if (found === undefined || text === '') return [];
    return [{ text, id: found, isSpecial: true, stripsLeft: false, stripsRight: false }];
  });
  return [...added, ...named];
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
