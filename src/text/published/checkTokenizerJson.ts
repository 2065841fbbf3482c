/** Checks what tokenizer.json holds before the library reads it, which checks little. */
import { FormatError, shown } from '../../core/errors';
import { checkedId, isList, isObject, type JsonObject, readVocabulary } from './files';
import { sizeOf, tokensById } from './pieceFiles';
import type { AddedToken } from './specialTokens';

/** An added token, which may be found only after text has been normalised, as it has been itself. */
export interface JsonToken extends AddedToken {
  readonly isNormalised: boolean;
}

/** The tokens of a tokenizer. */
export interface TokenizerJson {
  /** Ids of the model's tokens. */
  readonly ids: ReadonlyMap<string, number>;
  readonly added: ReadonlyMap<string, JsonToken>;
  /** The description of the model. */
  readonly model: JsonObject;
  readonly tokens: ReadonlyMap<number, string>;
  readonly size: number;
}

/** Kinds of models that the library runs. */
const MODELS = ['WordPiece', 'BPE', 'Unigram'] as const;

/** @throws FormatError naming the first error */
export function checkTokenizerJson(json: JsonObject, where: string): TokenizerJson {
  const { model, added_tokens: given } = json;
  if (!isObject(model)) {
    throw new FormatError(
      `${where}: expected the object 'model', found ${shown(model)}; is this a tokenizer.json?`,
    );
  }
  const { type } = model;
  if (type !== undefined && !MODELS.some((one) => one === type)) {
    throw new FormatError(`${where}, model: expected ${MODELS.join(', ')}, found ${shown(type)}`);
  }
  const isUnigram = isList(model.vocab);
  const ids = isUnigram
    ? readPieces(model, where)
    : readVocabulary(model.vocab, `${where}, model.vocab`);
  if (!isUnigram && (type === 'BPE' || model.merges !== undefined)) checkMerges(model, ids, where);
  const added = readAdded(given, where);
  const tokens = tokensById(ids, [...added.values()]);
  return { ids, added, model, tokens, size: sizeOf(tokens.keys()) };
}

/** The ids of a Unigram model's pieces, which are their places in the list. */
function readPieces(
  { vocab, unk_id: unk }: JsonObject,
  where: string,
): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const list = isList(vocab) ? vocab : [];
  for (const [id, entry] of list.entries()) {
    const [piece, score] = isList(entry) ? entry : [];
    if (typeof piece !== 'string' || typeof score !== 'number') {
      throw new FormatError(
        `${where}, model.vocab, ${id}: expected a piece and its score, found ${shown(entry)}`,
      );
    }
    ids.set(piece, id);
  }
  const isKnown = typeof unk === 'number' && Number.isInteger(unk) && list[unk] !== undefined;
  if (unk === undefined || unk === null || isKnown) return ids;
  throw new FormatError(`${where}, model.unk_id: expected the id of a piece, found ${shown(unk)}`);
}

/** Checks that merges are pairs of tokens which make another token. */
function checkMerges(model: JsonObject, ids: ReadonlyMap<string, number>, where: string): void {
  const { merges, continuing_subword_prefix: prefix } = model;
  if (!isList(merges)) {
    throw new FormatError(`${where}, model.merges: expected a list, found ${shown(merges)}`);
  }
  if (typeof prefix === 'string' && prefix !== '') {
    throw new FormatError(
      `${where}, model.continuing_subword_prefix: byte pairs with a prefix, ${shown(prefix)}, are ` +
        'not supported',
    );
  }
  for (const [rank, merge] of merges.entries()) {
    const pair: readonly unknown[] = typeof merge === 'string' ? merge.split(' ') : [];
    const [left, right, ...rest] = isList(merge) ? merge : pair;
    if (typeof left !== 'string' || typeof right !== 'string' || rest.length > 0) {
      throw new FormatError(
        `${where}, model.merges, ${rank}: expected a pair of tokens, found ${shown(merge)}`,
      );
    }
    const missing = [left, right, left + right].find((token) => !ids.has(token));
    if (missing === undefined && left !== '' && right !== '') continue;
    throw new FormatError(
      `${where}, model.merges, ${rank}: expected tokens of the vocabulary, found ${shown(missing)} ` +
        `in ${shown(merge)}`,
    );
  }
}

function readAdded(given: unknown, where: string): ReadonlyMap<string, JsonToken> {
  if (!isList(given ?? [])) {
    throw new FormatError(`${where}, added_tokens: expected a list, found ${shown(given)}`);
  }
  const list = isList(given) ? given : [];
  return new Map(
    list.map((token, i) => {
      const place = `${where}, added_tokens, ${i}`;
      if (!isObject(token) || typeof token.content !== 'string' || token.content === '') {
        throw new FormatError(`${place}: expected a token with 'content', found ${shown(token)}`);
      }
      const { content: text } = token;
      const id = checkedId(token.id, `${place}, ${shown(text)}`);
      const isSpecial = token.special === true;
      const isNormalised = typeof token.normalized === 'boolean' ? token.normalized : !isSpecial;
      const own = { text, id, isSpecial, isNormalised };
      return [
        text,
        { ...own, stripsLeft: token.lstrip === true, stripsRight: token.rstrip === true },
      ];
    }),
  );
}
