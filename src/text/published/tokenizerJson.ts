/**
 * Tokenizers in tokenizer.json, the format of Hugging Face's library. They run in that library's
 * JavaScript form, except where it differs from the reference, which is written in Rust.
 */
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { checkOptions, FormatError } from '../../core/errors';
import { wellFormed } from '../sentencePiece/normaliser';
import { checkTokenIds } from './checkTokenIds';
import { checkTokenizerJson, type TokenizerJson } from './checkTokenizerJson';
import { type Files, fileObject } from './files';
import { type LanguageFrame, languageFrame } from './languages';
import { between, type Layout, lay } from './layout';
import { mendLibrary } from './mendLibrary';
import { ENCODE_OPTIONS, languageIn } from './pieceTokenizer';
import { postProcessorLayout } from './postProcessor';
import { CONFIG, readConfig, SPECIAL_MAP, specialIds, type TokenizerConfig } from './specialTokens';
import { streamOf } from './stream';
import { SPACES_LOOK_AHEAD, withoutSpacesBefore } from './text';
import type {
  EncodedText,
  Tokenizer,
  TokenizerDecodeOptions,
  TokenizerEncodeOptions,
  TokenizerFormat,
  TokenizerSpecialIds,
} from './tokenizer';

const FILE = 'tokenizer.json';
const WHERE = 'tokenizer';

/** Support for tokenizers in tokenizer.json, which most models have. */
export const tokenizerJson: TokenizerFormat = {
  name: FILE,
  files: [FILE],
  optional: [CONFIG, SPECIAL_MAP],
  read: readTokenizerJson,
};

function readTokenizerJson(files: Files): Tokenizer {
  const json = fileObject(files, FILE);
  const checked = checkTokenizerJson(json, FILE);
  const given = readConfig(files);
  try {
    const library = new Library(json, given.config);
    mendLibrary(library, FILE);
    return new JsonTokenizer(library, checked, given);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(`${FILE}: cannot be used: ${what}`, { cause });
  }
}

class JsonTokenizer implements Tokenizer {
  readonly size: number;
  readonly special: TokenizerSpecialIds;
  readonly languages: readonly string[];
  readonly #library: Library;
  readonly #tokens: ReadonlyMap<number, string>;
  readonly #hidden: ReadonlySet<number>;
  readonly #layouts: readonly [single: Layout, pair: Layout];
  readonly #frame: LanguageFrame | undefined;
  readonly #cleans: boolean;

  constructor(library: Library, checked: TokenizerJson, given: TokenizerConfig) {
    const { ids, added } = checked;
    this.#library = library;
    this.#tokens = checked.tokens;
    this.size = checked.size;
    const id = (token: string) => added.get(token)?.id ?? ids.get(token);
    this.special = specialIds(given.roles, id);
    this.#hidden = new Set([...added.values()].flatMap((one) => (one.isSpecial ? [one.id] : [])));
    this.#layouts = [
      postProcessorLayout(library, false, id, FILE),
      postProcessorLayout(library, true, id, FILE),
    ];
    this.#frame = languageFrame(given, id);
    this.languages = [...(this.#frame?.languages.keys() ?? [])];
    this.#cleans = given.config.clean_up_tokenization_spaces === true;
  }

  encode(text: string, options: TokenizerEncodeOptions = {}): EncodedText {
    checkOptions(`${WHERE}.encode`, options, ENCODE_OPTIONS);
    const { pair, maxTokens } = options;
    const texts = pair === undefined ? [text] : [text, pair];
    return lay(
      this.#layout(options),
      texts.map((one) => this.#ids(one)),
      maxTokens,
    );
  }

  decode(given: Iterable<number>, options: TokenizerDecodeOptions = {}): string {
    checkOptions(`${WHERE}.decode`, options, ['special']);
    const all = [...given];
    checkTokenIds(`${WHERE}.decode`, all, this.size);
    const { special = false } = options;
    const ids = all.filter((id) => this.#tokens.has(id) && (special || !this.#hidden.has(id)));
    if (ids.length === 0) return '';
    const text = this.#library.decode(ids, {
      skip_special_tokens: !special,
      clean_up_tokenization_spaces: false,
    });
    return this.#cleans ? withoutSpacesBefore(text) : text;
  }

  token(id: number): string {
    checkTokenIds(`${WHERE}.token`, [id], this.size);
    return this.#tokens.get(id) ?? '';
  }

  id(token: string): number | undefined {
    return this.#library.token_to_id(token);
  }

  languageId(code: string): number {
    return languageIn(this.#frame?.languages ?? new Map(), code, WHERE);
  }

  stream(): (id?: number) => string {
    return streamOf({
      decode: (ids) => this.decode(ids),
      isHidden: (id) => this.token(id) === '' || this.#hidden.has(id),
      isOpen: (id) => /^<0x[0-9A-Fa-f]{2}>$/u.test(this.token(id)),
      held: this.#cleans ? SPACES_LOOK_AHEAD : 0,
    });
  }

  #layout({ pair, special = true, language, target = false }: TokenizerEncodeOptions): Layout {
    const isPair = pair !== undefined;
    const id = language === undefined ? undefined : this.languageId(language);
    if (!special) return this.#layouts[isPair ? 1 : 0].filter((part) => 'text' in part);
    const round = this.#frame?.around(id, target);
    return round === undefined
      ? this.#layouts[isPair ? 1 : 0]
      : between(round.before, round.after, isPair);
  }

  #ids(text: string): readonly number[] {
    const { ids } = this.#library.encode(wellFormed(text), { add_special_tokens: false });
    // Characters that have no token are left out if there is no token for unknown ones.
    return ids.filter((id) => id !== undefined);
  }
}
