/**
 * A tokenizer of SentencePiece models whose ids come from elsewhere: from vocab.json, or shifted. It
 * does as the Python tokenizers do, which cut added tokens out of the text first.
 */
import { checkOptions, OptionError } from '../../core/errors';
import { byteOf } from '../sentencePiece/bytePieces';
import { wellFormed } from '../sentencePiece/normaliser';
import { AddedTokens } from './addedTokens';
import { checkTokenIds } from './checkTokenIds';
import { between, type Layout, lay } from './layout';
import type { AddedToken } from './specialTokens';
import { streamOf } from './stream';
import { SPACES_LOOK_AHEAD, trim, withoutSpacesBefore } from './text';
import type {
  EncodedText,
  Tokenizer,
  TokenizerDecodeOptions,
  TokenizerEncodeOptions,
  TokenizerSpecialIds,
} from './tokenizer';

/** Names of the options of `encode`. */
export const ENCODE_OPTIONS = ['pair', 'special', 'language', 'target', 'maxTokens'] as const;

/** What tokenizers ask of a SentencePiece model. */
export interface PieceReader {
  /** The texts that a text is cut into. */
  pieces(text: string): readonly string[];
  /** Converts pieces to text. What is no piece of the model stands for itself. */
  decodePieces(texts: Iterable<string>): string;
}

/** How the texts of one side, source or target, become ids. */
export interface Side {
  /** The texts of pieces, in order. */
  readonly cut: (text: string) => readonly string[];
  readonly ids: ReadonlyMap<string, number>;
}

/** What makes up a tokenizer. */
export interface PieceTokenizerParts {
  readonly where: string;
  readonly source: Side;
  readonly target: Side;
  /** Joins decoded pieces. */
  readonly model: PieceReader;
  /** Tokens by their ids. */
  readonly tokens: ReadonlyMap<number, string>;
  readonly size: number;
  readonly special: TokenizerSpecialIds & { readonly unk: number };
  /** Tokens that are cut out of the text. */
  readonly added: readonly AddedToken[];
  /** Tokens that decoded text is split at, and what is written behind each of them. */
  readonly separate: ReadonlySet<string>;
  readonly separator: string;
  /** Ids of languages by their codes. */
  readonly languages: ReadonlyMap<string, number>;
  /** Whether decoding leaves out the tokens of languages. */
  readonly hidesLanguages: boolean;
  /** Whether spaces before punctuation are removed. */
  readonly cleans: boolean;
  /** Special tokens round texts. @param language the id of a language */
  readonly frame: (options: {
    readonly language: number | undefined;
    readonly isTarget: boolean;
    readonly isPair: boolean;
  }) => Layout;
}

export class PieceTokenizer implements Tokenizer {
  readonly size: number;
  readonly special: TokenizerSpecialIds;
  readonly #parts: PieceTokenizerParts;
  readonly #hidden: ReadonlySet<number>;
  readonly #added: AddedTokens;

  constructor(parts: PieceTokenizerParts) {
    const { added, special, languages, hidesLanguages } = parts;
    this.#parts = parts;
    this.size = parts.size;
    this.special = special;
    this.#hidden = new Set([
      ...Object.values(special).filter((id) => typeof id === 'number'),
      ...added.flatMap(({ id, isSpecial }) => (isSpecial ? [id] : [])),
      ...(hidesLanguages ? languages.values() : []),
    ]);
    this.#added = new AddedTokens(added);
  }

  get languages(): readonly string[] {
    return [...this.#parts.languages.keys()];
  }

  encode(text: string, options: TokenizerEncodeOptions = {}): EncodedText {
    const { where, frame, source, target } = this.#parts;
    checkOptions(`${where}.encode`, options, ENCODE_OPTIONS);
    const { pair, special = true, target: isTarget = false, maxTokens } = options;
    const language = options.language === undefined ? undefined : this.languageId(options.language);
    const isPair = pair !== undefined;
    const layout = special ? frame({ language, isTarget, isPair }) : between([], [], isPair);
    const texts = isPair ? [text, pair] : [text];
    const side = isTarget ? target : source;
    return lay(
      layout,
      texts.map((one) => this.#ids(one, side)),
      maxTokens,
    );
  }

  decode(ids: Iterable<number>, options: TokenizerDecodeOptions = {}): string {
    const { where, model, separate, separator, cleans } = this.#parts;
    checkOptions(`${where}.decode`, options, ['special']);
    const list = [...ids];
    checkTokenIds(`${where}.decode`, list, this.size);
    let text = '';
    let pieces: string[] = [];
    for (const id of list) {
      if (options.special !== true && this.#hidden.has(id)) continue;
      const token = this.#token(id);
      if (separate.has(token)) {
        text += model.decodePieces(pieces) + token + separator;
        pieces = [];
      } else pieces.push(token);
    }
    const whole = trim((text + model.decodePieces(pieces)).replaceAll('\u2581', ' '));
    return cleans ? withoutSpacesBefore(whole) : whole;
  }

  token(id: number): string {
    checkTokenIds(`${this.#parts.where}.token`, [id], this.size);
    return this.#parts.tokens.get(id) ?? '';
  }

  id(token: string): number | undefined {
    return this.#parts.source.ids.get(token) ?? this.#parts.target.ids.get(token);
  }

  languageId(code: string): number {
    const { where, languages } = this.#parts;
    return languageIn(languages, code, where);
  }

  stream(): (id?: number) => string {
    const held = this.#parts.cleans ? SPACES_LOOK_AHEAD : 0;
    return streamOf({
      decode: (ids) => this.decode(ids),
      isHidden: (id) => {
        checkTokenIds(`${this.#parts.where}.stream`, [id], this.size);
        return this.#hidden.has(id);
      },
      isOpen: (id) => byteOf(this.#token(id)) !== undefined,
      held,
    });
  }

  #token(id: number): string {
    const { tokens, special } = this.#parts;
    return tokens.get(id) ?? tokens.get(special.unk) ?? '';
  }

  #ids(text: string, { cut, ids }: Side): readonly number[] {
    const { unk } = this.#parts.special;
    const given = wellFormed(text);
    return this.#added.cut(given).flatMap((part) => {
      if (typeof part !== 'string') return [part.id];
      return part === '' ? [] : cut(part).map((piece) => ids.get(piece) ?? unk);
    });
  }
}

/** The id of a language. @throws OptionError naming the known languages */
export function languageIn(
  languages: ReadonlyMap<string, number>,
  code: string,
  where: string,
): number {
  const id = languages.get(code);
  if (id !== undefined) return id;
  const known = [...languages.keys()];
  throw new OptionError(
    `${where}: language '${code}' is unknown; ` +
      (known.length === 0 ? 'the model has no tokens for languages' : `known: ${known.join(', ')}`),
  );
}
