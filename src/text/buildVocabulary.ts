/**
 * Builds vocabularies from corpora and from lists of tokens. Models are run with vocabularies read
 * from JSON.
 */
import { checkOptions, InputError } from '../core/errors';
import { checkInteger } from './checks';
import { type SpecialIds, Vocabulary } from './vocabulary';
import { listFault } from './vocabularyJson';

/** Ids of the special tokens in vocabularies built here. */
export const SPECIAL_IDS = { pad: 0, bos: 1, eos: 2, unk: 3 } as const;

/** Names of the special tokens in vocabularies built here. */
export const SPECIAL_TOKENS = { pad: '<pad>', bos: '<bos>', eos: '<eos>', unk: '<unk>' } as const;

/** Names of the special tokens of an imported vocabulary. */
export interface SpecialTokens {
  readonly pad: string;
  readonly bos: string;
  readonly eos: string;
  /** Omitted if the vocabulary has no token for unknown words. */
  readonly unk?: string;
}

/** Options of building a vocabulary. */
export interface VocabularyOptions {
  /** Further special tokens, such as language tags, which get the ids 4, 5, ... in this order. */
  readonly specials?: readonly string[];
  /**
   * Maximum number of tokens, including special ones; the rarest are left out (default: unlimited).
   */
  readonly maxSize?: number;
  /** Tokens that occur less often are left out (default 1). */
  readonly minCount?: number;
}

/**
 * Builds a vocabulary: pad, bos, eos and unk with ids 0 to 3, further special tokens, then all
 * tokens by descending count, those of equal count in the order of first occurrence. Names of special
 * tokens in sentences are not counted; those of pad, bos, eos and unk are encoded as unknown words.
 * @throws InputError for an empty token, or further special tokens that are not distinct
 * @throws OptionError for an unknown option or a limit below the number of special tokens
 */
export function buildVocabulary(
  sentences: Iterable<readonly string[]>,
  options: VocabularyOptions = {},
): Vocabulary {
  checkOptions('buildVocabulary', options, ['specials', 'maxSize', 'minCount']);
  const { specials = [], maxSize, minCount = 1 } = options;
  const leading = [...Object.values(SPECIAL_TOKENS), ...specials];
  checkInteger('buildVocabulary', 'minCount', minCount, 1);
  if (maxSize !== undefined) checkInteger('buildVocabulary', 'maxSize', maxSize, leading.length);
  const counts = countTypes(sentences, new Set(leading));
  const types = [...counts].filter(([, count]) => count >= minCount).sort((a, b) => b[1] - a[1]);
  const tokens = [...leading, ...types.map(([type]) => type)].slice(0, maxSize);
  const fault = listFault(tokens);
  if (fault !== undefined) throw new InputError(`buildVocabulary: ${fault}`);
  return makeVocabulary(
    tokens,
    SPECIAL_IDS,
    specials.map((_, i) => 4 + i),
  );
}

/**
 * Makes a vocabulary for an imported model, where a token's id is its index in the list.
 * @param special names of the special tokens, which may be anywhere in the list
 * @throws InputError if a special token is missing or a token is empty or occurs twice
 */
export function vocabularyOf(
  tokens: readonly string[],
  special: SpecialTokens = SPECIAL_TOKENS,
): Vocabulary {
  checkOptions('vocabularyOf', special, ['pad', 'bos', 'eos', 'unk']);
  const fault = listFault(tokens);
  if (fault !== undefined) throw new InputError(`vocabularyOf: ${fault}`);
  const find = (role: string, name: string): number => {
    const id = tokens.indexOf(name);
    if (id >= 0) return id;
    throw new InputError(`vocabularyOf: no '${name}' (${role}); pass its name`);
  };
  const ids = {
    pad: find('pad', special.pad),
    bos: find('bos', special.bos),
    eos: find('eos', special.eos),
    unk: special.unk === undefined ? undefined : find('unk', special.unk),
  };
  if (new Set(Object.values(ids)).size < Object.values(ids).length) {
    throw new InputError('vocabularyOf: two special tokens have the same name');
  }
  return makeVocabulary(tokens, ids, []);
}

function makeVocabulary(
  tokens: readonly string[],
  {
    pad,
    bos,
    eos,
    unk = null,
  }: Omit<SpecialIds, 'unk'> & { readonly unk: number | null | undefined },
  further: readonly number[],
): Vocabulary {
  const format = 'qkv-vocabulary';
  return Vocabulary.fromJSON({ format, version: 1, tokens, pad, bos, eos, unk, further });
}

function countTypes(
  sentences: Iterable<readonly string[]>,
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    for (const token of sentence) {
      if (!reserved.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
  }
  return counts;
}
