/**
 * Word vocabularies: token strings to ids and back, with pad, bos, eos and unk.
 * Sentences are lists of tokens here; splitting text into tokens is normalise.ts's work,
 * subwords are bytePair.ts's.
 */
import { checkOptions, InputError } from '../core/errors';
import { checkInteger, checkOneOf } from './checks';
import { listFault, readVocabularyJson, type VocabularyJson } from './vocabularyJson';

/** Ids of the special tokens in vocabularies built here. */
export const SPECIAL_IDS = { pad: 0, bos: 1, eos: 2, unk: 3 } as const;

/** Names of the special tokens in vocabularies built here. */
export const SPECIAL_TOKENS = { pad: '<pad>', bos: '<bos>', eos: '<eos>', unk: '<unk>' } as const;

/** Ids of the special tokens; `unk` is undefined in a vocabulary without an unknown word. */
export interface SpecialIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
  readonly unk: number | undefined;
}

/** Names of the special tokens of an imported vocabulary. */
export interface SpecialTokens {
  readonly pad: string;
  readonly bos: string;
  readonly eos: string;
  /** Leave out where the vocabulary has no unknown word. */
  readonly unk?: string;
}

export interface VocabularyOptions {
  /** Further special tokens (language tags, say); they get ids 4, 5, ... in this order. */
  readonly specials?: readonly string[];
  /** Most tokens, special ones included; rarer types are left out. Default: no limit. */
  readonly maxSize?: number;
  /** Types seen less often are left out. Default 1. */
  readonly minCount?: number;
}

export interface EncodeOptions {
  /** What a word outside the vocabulary does: throw (default) or become unk. */
  readonly unknown?: 'error' | 'unk';
}

export interface DecodeOptions {
  /** Keep unk as its name instead of dropping it. Default false. */
  readonly keepUnknown?: boolean;
}

/** An immutable list of tokens; a token's id is its place in the list. */
export class Vocabulary implements SpecialIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
  readonly unk: number | undefined;
  /** All tokens in the order of their ids. */
  readonly tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #further: readonly number[];
  readonly #dropped: ReadonlySet<number>;

  private constructor(tokens: readonly string[], special: SpecialIds, further: readonly number[]) {
    this.tokens = [...tokens];
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
    this.pad = special.pad;
    this.bos = special.bos;
    this.eos = special.eos;
    this.unk = special.unk;
    this.#further = further;
    this.#dropped = new Set([special.pad, special.bos, special.eos, ...further]);
  }

  /**
   * pad, bos, eos, unk (ids 0..3), further specials, then all types by falling count; types of
   * equal count stand in the order of their first occurrence.
   * @throws InputError if a sentence contains the name of a special token
   * @throws OptionError on an unknown option or a limit too small for the special tokens
   */
  static build(
    sentences: Iterable<readonly string[]>,
    options: VocabularyOptions = {},
  ): Vocabulary {
    checkOptions('Vocabulary.build', options, ['specials', 'maxSize', 'minCount']);
    const { specials = [], maxSize, minCount = 1 } = options;
    const leading = [...Object.values(SPECIAL_TOKENS), ...specials];
    checkInteger('Vocabulary.build', 'minCount', minCount, 1);
    if (maxSize !== undefined) {
      checkInteger('Vocabulary.build', 'maxSize', maxSize, leading.length);
    }
    const reserved = new Set(leading);
    const counts = countTypes(sentences, reserved);
    const types = [...counts].filter(([, count]) => count >= minCount).sort((a, b) => b[1] - a[1]);
    const tokens = [...leading, ...types.map(([type]) => type)].slice(0, maxSize);
    const fault = listFault(tokens);
    if (fault !== undefined) throw new InputError(`Vocabulary.build: ${fault}`);
    return new Vocabulary(
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
  static fromTokens(
    tokens: readonly string[],
    special: SpecialTokens = SPECIAL_TOKENS,
  ): Vocabulary {
    checkOptions('Vocabulary.fromTokens', special, ['pad', 'bos', 'eos', 'unk']);
    const fault = listFault(tokens);
    if (fault !== undefined) throw new InputError(`Vocabulary.fromTokens: ${fault}`);
    const find = (role: string, name: string): number => {
      const id = tokens.indexOf(name);
      if (id >= 0) return id;
      throw new InputError(`Vocabulary.fromTokens: no '${name}' (${role}); pass its name`);
    };
    const ids = {
      pad: find('pad', special.pad),
      bos: find('bos', special.bos),
      eos: find('eos', special.eos),
      unk: special.unk === undefined ? undefined : find('unk', special.unk),
    };
    if (new Set(Object.values(ids)).size < Object.values(ids).length) {
      throw new InputError('Vocabulary.fromTokens: two special tokens have the same name');
    }
    return new Vocabulary(tokens, ids, []);
  }

  /**
   * Reads what `toJSON` wrote.
   * @param json a parsed JSON value, of any origin
   * @throws FormatError naming the first fault
   */
  static fromJSON(json: unknown): Vocabulary {
    const { tokens, further, unk, ...special } = readVocabularyJson(json);
    return new Vocabulary(tokens, { ...special, unk: unk ?? undefined }, further);
  }

  /** Number of tokens, special ones included. */
  get size(): number {
    return this.tokens.length;
  }

  /** The token's id, or undefined if it is not in the vocabulary. */
  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * The token of an id.
   * @throws InputError if the id is not in 0..size-1
   */
  token(id: number): string {
    const token = this.tokens[id];
    if (token !== undefined) return token;
    throw new InputError(`Vocabulary: id ${id} is outside 0..${this.size - 1}`);
  }

  /**
   * The ids of a sentence; bos and eos are not added. The names of pad, bos, eos and unk count as
   * words outside the vocabulary, so that input text cannot smuggle them in.
   * @throws InputError naming the word and its place if it is unknown and `unknown` is 'error',
   *   or if the vocabulary has no unk
   */
  encode(tokens: readonly string[], options: EncodeOptions = {}): number[] {
    checkOptions('Vocabulary.encode', options, ['unknown']);
    const { unknown = 'error' } = options;
    checkOneOf('Vocabulary.encode', 'unknown', unknown, ['error', 'unk']);
    return tokens.map((token, place) => {
      const id = this.#ids.get(token);
      if (id !== undefined && !this.#isRole(id)) return id;
      if (unknown === 'unk' && this.unk !== undefined) return this.unk;
      const remedy =
        this.unk === undefined ? 'the vocabulary has no unk' : "replace it or pass unknown: 'unk'";
      throw new InputError(
        `Vocabulary.encode: '${token}' (token ${place + 1} of ${tokens.length}) is not in the ` +
          `vocabulary of ${this.size}; ${remedy}`,
      );
    });
  }

  /**
   * The words of a sequence of ids: ends before the first eos and drops special tokens.
   * @throws InputError if an id before the end is outside the vocabulary
   */
  decode(ids: Iterable<number>, options: DecodeOptions = {}): string[] {
    checkOptions('Vocabulary.decode', options, ['keepUnknown']);
    const { keepUnknown = false } = options;
    const words: string[] = [];
    for (const id of ids) {
      if (id === this.eos) break;
      const word = this.token(id);
      if (!this.#dropped.has(id) && (keepUnknown || id !== this.unk)) words.push(word);
    }
    return words;
  }

  toJSON(): VocabularyJson {
    const { tokens, pad, bos, eos, unk = null } = this;
    const further = this.#further;
    return { format: 'qkv-vocabulary', version: 1, tokens, pad, bos, eos, unk, further };
  }

  #isRole(id: number): boolean {
    return id === this.pad || id === this.bos || id === this.eos || id === this.unk;
  }
}

function countTypes(
  sentences: Iterable<readonly string[]>,
  reserved: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    for (const token of sentence) {
      if (reserved.has(token)) {
        throw new InputError(
          `Vocabulary.build: '${token}' in a sentence is a special token's name`,
        );
      }
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
  }
  return counts;
}
