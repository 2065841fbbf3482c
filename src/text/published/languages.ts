/**
 * Where multilingual tokenizers in tokenizer.json put the language: which class of the reference
 * library they are made for decides, and the file holds the layout of one language only.
 */
import { FormatError } from '../../core/errors';
import { languageIn } from './pieceTokenizer';
import { CONFIG, type TokenizerConfig, textSetting } from './specialTokens';

/** The languages of a tokenizer, and the special tokens round a text. */
export interface LanguageFrame {
  /** Ids by codes. */
  readonly languages: ReadonlyMap<string, number>;
  /** @param language its id; undefined for the one that the files name */
  around(
    language: number | undefined,
    isTarget: boolean,
  ): { readonly before: readonly number[]; readonly after: readonly number[] };
}

/** Codes such as en_XX and eng_Latn. */
const CODE = /^[a-z]{2,3}_[A-Z][A-Za-z]{1,3}$/u;

/** Languages that texts are in unless the files name others, by class. */
const CLASSES = [
  { name: /^MBart50Tokenizer(Fast)?$/u, isFirst: true, source: 'en_XX' },
  { name: /^MBartTokenizer(Fast)?$/u, isFirst: false, source: 'en_XX' },
  { name: /^NllbTokenizer(Fast)?$/u, isFirst: true, source: 'eng_Latn' },
] as const;

/** The frame of a multilingual tokenizer; undefined for others. */
export function languageFrame(
  { config, roles, others }: TokenizerConfig,
  id: (token: string) => number | undefined,
): LanguageFrame | undefined {
  const name = textSetting(config, 'tokenizer_class') ?? '';
  const kind = CLASSES.find((one) => one.name.test(name));
  if (kind === undefined) return undefined;
  const languages = new Map(
    others.flatMap((token) => {
      const own = CODE.test(token) ? id(token) : undefined;
      return own === undefined ? [] : [[token, own] as const];
    }),
  );
  const eos = id(roles.eos ?? '</s>');
  if (eos === undefined) {
    throw new FormatError(
      `${CONFIG}: expected an eos_token of the vocabulary, found '${roles.eos}'`,
    );
  }
  const source = textSetting(config, 'src_lang') ?? kind.source;
  const target = textSetting(config, 'tgt_lang') ?? source;
  const isFirst = kind.isFirst && config.legacy_behaviour !== true;
  return {
    languages,
    around(language, isTarget) {
      const own = language ?? languageIn(languages, isTarget ? target : source, CONFIG);
      return isFirst ? { before: [own], after: [eos] } : { before: [], after: [eos, own] };
    },
  };
}
