/**
 * The interface of published models' tokenizers, which convert text to ids and back, and of the formats
 * in which they are published.
 */

/** Ids of a text, or of two. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** The type of each id: 0 for the first text, 1 for the second where the model tells them apart. */
  readonly types: readonly number[];
}

/** Options of `Tokenizer.encode`. */
export interface TokenizerEncodeOptions {
  /** A second text, which follows the first one. */
  readonly pair?: string;
  /** Whether special tokens are added, such as [CLS], eos and the language's (default true). */
  readonly special?: boolean;
  /**
   * The language of the text, as one of `languages`; of Marian's models the one to translate into
   * (default: as the tokenizer's files say).
   */
  readonly language?: string;
  /** Whether the text is a translation, or a label, rather than an input (default false). */
  readonly target?: boolean;
  /**
   * Maximum number of ids, special tokens included; the end of a longer text is cut off, and of two
   * texts that of the longer one (default: no maximum).
   */
  readonly maxTokens?: number;
}

/** Options of `Tokenizer.decode`. */
export interface TokenizerDecodeOptions {
  /** Whether special tokens are kept as text (default false). */
  readonly special?: boolean;
}

/** Ids of special tokens; undefined for those that a model does without. */
export interface TokenizerSpecialIds {
  readonly bos?: number;
  readonly eos?: number;
  readonly pad?: number;
  readonly unk?: number;
  readonly mask?: number;
  readonly cls?: number;
  readonly sep?: number;
}

/** The tokenizer of a published model. */
export interface Tokenizer {
  /** Number of ids: the largest one plus 1. */
  readonly size: number;
  readonly special: TokenizerSpecialIds;
  /** Codes of the languages that the model has tokens for; empty if it has none. */
  readonly languages: readonly string[];
  /**
   * Converts text to ids. Half of a pair of surrogates becomes U+FFFD.
   * @throws OptionError for an unknown option or language, or a `maxTokens` that leaves no room for text
   */
  encode(text: string, options?: TokenizerEncodeOptions): EncodedText;
  /** Converts ids to text. @throws InputError for an id outside 0..size-1 */
  decode(ids: Iterable<number>, options?: TokenizerDecodeOptions): string;
  /**
   * The token of an id as its vocabulary has it, for display: 'Ġman', '▁man' or '##ing'. Empty for an
   * id that no token has.
   * @throws InputError for an id outside 0..size-1
   */
  token(id: number): string;
  /** The id of a token; undefined for a stranger. */
  id(token: string): number | undefined;
  /** The id of a language's token. @throws OptionError naming the known languages */
  languageId(code: string): number;
  /**
   * A function that is called with successive ids, then without one. It returns the text that is
   * complete after each id; all of it together is the text that `decode` gives for the ids. What later
   * ids may change is held back: spaces at the end, and parts of a character.
   */
  stream(): (id?: number) => string;
}

/** Support for a kind of tokenizer files. An app imports it, so that other apps do not bundle it. */
export interface TokenizerFormat {
  readonly name: string;
  /** Files that it needs. */
  readonly files: readonly string[];
  /** Files that it reads if a model has them. */
  readonly optional: readonly string[];
  /**
   * Reads a tokenizer.
   * @param files contents of the files by their names
   * @throws FormatError naming the file that is missing or damaged, and the place
   */
  read(files: ReadonlyMap<string, Uint8Array>): Tokenizer;
}
