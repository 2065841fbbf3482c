/** New vocabularies: of the words of a corpus, or of a list of tokens. What runs a model only reads one. */
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
  /** Leave out where the vocabulary has no unknown word. */
  readonly unk?: string;
}

/** Which tokens a vocabulary takes. */
export interface VocabularyOptions {
  /** Further special tokens (language tags, say); they get ids 4, 5, ... in this order. */
  readonly specials?: readonly string[];
  /** Most tokens, special ones included; rarer types are left out. Default: no limit. */
  readonly maxSize?: number;
  /** Types seen less often are left out. Default 1. */
  readonly minCount?: number;
}

/**
 * pad, bos, eos, unk (ids 0..3), further specials, then all types by falling count; types of
 * equal count stand in the order of their first occurrence.
 * @throws InputError if a sentence contains the name of a special token
 * @throws OptionError on an unknown option or a limit too small for the special tokens
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
  return made(
    tokens,
    SPECIAL_IDS,
    specials.map((_, i) => 4 + i),
  );
}

/**
 * A vocabulary whose ids are the places in the list, for imported models.
 * @param special names of the special tokens, found by name anywhere in the list
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
  return made(tokens, ids, []);
}

function made(
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
      if (reserved.has(token)) {
        throw new InputError(`buildVocabulary: '${token}' in a sentence is a special token's name`);
      }
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
  }
  return counts;
}
