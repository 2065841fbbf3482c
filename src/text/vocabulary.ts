/**
 * Word vocabularies, which convert tokens to ids and back. Text is split into tokens in
 * normalise.ts, and vocabularies are built in buildVocabulary.ts.
 */
import { checkOptions, InputError } from '../core/errors';
import { checkOneOf } from './checks';
import { readVocabularyJson, type VocabularyJson } from './vocabularyJson';

/**
 * Ids of the special tokens; `unk` is undefined in a vocabulary without a token for unknown words.
 */
export interface SpecialIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
  readonly unk: number | undefined;
}

/** Options of encoding. */
export interface EncodeOptions {
  /** Whether a word outside the vocabulary is an error (default) or becomes unk. */
  readonly unknown?: 'error' | 'unk';
}

/** Options of decoding. */
export interface DecodeOptions {
  /** Whether unk is kept, by its name, rather than dropped (default false). */
  readonly keepUnknown?: boolean;
}

/** An immutable list of tokens. A token's id is its index in the list. */
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
   * Reads what `toJSON` wrote.
   * @param json a parsed JSON value, which is validated
   * @throws FormatError naming the first error
   */
  static fromJSON(json: unknown): Vocabulary {
    const { tokens, further, unk, ...special } = readVocabularyJson(json);
    return new Vocabulary(tokens, { ...special, unk: unk ?? undefined }, further);
  }

  /** Number of tokens, including special ones. */
  get size(): number {
    return this.tokens.length;
  }

  /** The id of a token; undefined if it is not in the vocabulary. */
  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /**
   * The token of an id.
   * @throws InputError unless the id is in 0..size-1
   */
  token(id: number): string {
    const token = this.tokens[id];
    if (token !== undefined) return token;
    throw new InputError(`Vocabulary: id ${id} is outside 0..${this.size - 1}`);
  }

  /** Each id is complete in itself. */
  stream(): (id?: number) => string {
    return (id) => (id === undefined ? '' : this.token(id));
  }

  /**
   * Converts tokens to ids, without bos and eos. The names of pad, bos, eos and unk are treated as
   * unknown words, so that input text cannot contain special tokens.
   * @throws InputError naming an unknown word and its position, if `unknown` is 'error' or the
   *   vocabulary has no unk
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
        { words: [token] },
      );
    });
  }

  /**
   * Converts ids to words, up to the first eos and without special tokens.
   * @throws InputError if an id before eos is outside the vocabulary
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
