/**
 * Tokenizers in tokenizer.json, the format of Hugging Face's library. Their parts are those of that
 * library's JavaScript form, except where it differs from the reference, which is written in Rust.
 */
import type { Model } from '@huggingface/tokenizers';
import { checkOptions, FormatError } from '../../core/errors';
import { wellFormed } from '../sentencePiece/normaliser';
import { AddedTokens } from './addedTokens';
import { checkTokenIds } from './checkTokenIds';
import { checkTokenizerJson, type JsonToken, type TokenizerJson } from './checkTokenizerJson';
import { type Files, fileObject, type JsonObject } from './files';
import {
  type Decode,
  decoderOf,
  modelOf,
  type Normalise,
  normaliserOf,
  type PreTokenize,
  preTokenizerOf,
} from './jsonParts';
import { type LanguageFrame, languageFrame } from './languages';
import { between, type Layout, lay } from './layout';
import { ENCODE_OPTIONS, languageIn } from './pieceTokenizer';
import { postProcessorLayout } from './postProcessor';
import {
  CONFIG,
  readConfig,
  SPECIAL_MAP,
  specialIds,
  type TokenizerConfig,
  texts,
} from './specialTokens';
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
    return new JsonTokenizer(json, checked, given);
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
  readonly #normalise: Normalise | undefined;
  readonly #preTokenize: PreTokenize;
  readonly #model: Model;
  readonly #decoder: Decode | undefined;
  readonly #tokens: ReadonlyMap<number, string>;
  readonly #hidden: ReadonlySet<number>;
  readonly #layouts: readonly [single: Layout, pair: Layout];
  readonly #frame: LanguageFrame | undefined;
  readonly #cleans: boolean;
  /** Added tokens that are found before text is normalised, and others. */
  readonly #before: AddedTokens;
  readonly #after: AddedTokens;
  readonly id: (token: string) => number | undefined;

  constructor(json: JsonObject, checked: TokenizerJson, given: TokenizerConfig) {
    const { ids, added } = checked;
    const { normalizer, pre_tokenizer: cutter, decoder, post_processor: processor } = json;
    this.#normalise = normaliserOf(normalizer, FILE);
    this.#preTokenize = preTokenizerOf(cutter, FILE);
    this.#model = modelOf(checked.model, given.config.eos_token, FILE);
    this.#decoder = decoderOf(decoder, added.keys(), FILE);
    const later = (token: JsonToken) => token.isNormalised && this.#normalise !== undefined;
    const all = [...added.values()];
    this.#before = new AddedTokens(all.filter((one) => !later(one)));
    this.#after = new AddedTokens(
      all.filter(later).map((one) => ({ ...one, text: this.#normalise?.(one.text) ?? one.text })),
    );
    this.#tokens = checked.tokens;
    this.size = checked.size;
    this.id = (token) => added.get(token)?.id ?? ids.get(token);
    this.special = specialIds(given.roles, this.id);
    this.#hidden = new Set([
      ...all.flatMap((one) => (one.isSpecial ? [one.id] : [])),
      ...texts(given.config.additional_special_tokens, CONFIG).flatMap((one) => this.id(one) ?? []),
    ]);
    this.#layouts = [
      postProcessorLayout(processor, false, this.id, FILE),
      postProcessorLayout(processor, true, this.id, FILE),
    ];
    this.#frame = languageFrame(given, this.id);
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
    const text = this.#text(ids, special);
    return this.#cleans ? withoutSpacesBefore(text) : text;
  }

  token(id: number): string {
    checkTokenIds(`${WHERE}.token`, [id], this.size);
    return this.#tokens.get(id) ?? '';
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
    return this.#before.cut(wellFormed(text)).flatMap((section, i) => {
      if (typeof section !== 'string') return [section.id];
      const normal = this.#normalise?.(section) ?? section;
      return this.#after.cut(normal).flatMap((part) => {
        if (typeof part !== 'string') return [part.id];
        if (part === '') return [];
        // Characters that have no token are left out if there is no token for unknown ones.
        const tokens = this.#model._call([...this.#preTokenize([part], i)]);
        return tokens.flatMap((token) => this.id(token) ?? this.#model.unk_token_id ?? []);
      });
    });
  }

  #text(ids: readonly number[], special: boolean): string {
    const tokens = ids.map((id) => this.#tokens.get(id) ?? '');
    if (this.#decoder === undefined) return tokens.join(' ');
    const text = this.#decoder(tokens).join('');
    const { end_of_word_suffix: suffix } = this.#model;
    if (!suffix) return text;
    const words = text.replaceAll(suffix, ' ');
    return special ? words : words.trim();
  }
}
