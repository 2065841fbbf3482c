/** What files of sentences hold, how they are read, and the conventions that a model stores of it. */
import { OptionError } from 'qkv';
import { type SplitSentence, type TextConvention, type TextUnit, textRules } from 'qkv/text';

/** What files of sentences hold, as plain data that is saved with a trained model. */
export interface TextForm {
  /**
   * 'tokens': normalised words and signs, separated by spaces. 'tokenise': raw text, which is
   * normalised and split into words and signs. 'raw': raw text, which is split at spaces only.
   */
  readonly form: FormName;
  /** Whether the text is converted to lower case. */
  readonly lowerCase: boolean;
  /** BCP 47 tags, of the source and the target, or of the only side. */
  readonly languages: readonly string[];
}

export const TEXT_FORMS = ['tokens', 'tokenise', 'raw'] as const;

type FormName = (typeof TEXT_FORMS)[number];

/** The languages of the grammar, and of tokens in files that do not say theirs. */
const LANGUAGES: readonly string[] = ['en', 'fr'];

/** Text of the grammar. */
export const TOY_FORM: TextForm = { form: 'tokens', lowerCase: true, languages: LANGUAGES };

/** The part of a recipe's corpus that says what its files hold. */
export interface WithForm {
  readonly text?: TextForm | undefined;
  /** Of recipes without `text`: whether the files are raw English and French. */
  readonly tokenise?: boolean | undefined;
}

/** What files hold. @param fallback the form of older recipes without `tokenise` */
export function formOf({ text, tokenise = false }: WithForm, fallback: FormName): TextForm {
  if (text !== undefined) return text;
  return { form: tokenise ? 'tokenise' : fallback, lowerCase: tokenise, languages: LANGUAGES };
}

/** Options of the command line. */
export interface FormOptions {
  readonly text?: string | undefined;
  readonly tokenise: boolean;
  readonly lowercase: boolean;
  readonly cased: boolean;
  readonly languages?: readonly string[] | undefined;
}

/**
 * What files hold, from command-line options.
 * @param fallback the form where none is named
 * @throws OptionError for options that contradict each other
 */
export function textForm(options: FormOptions, fallback: FormName): TextForm {
  const { text, tokenise, lowercase, cased, languages } = options;
  const form = TEXT_FORMS.find((name) => name === (text ?? (tokenise ? 'tokenise' : fallback)));
  if (form === undefined || (tokenise && form !== 'tokenise')) {
    throw new OptionError('--tokenise is short for --text tokenise; leave one of them out');
  }
  if (lowercase && cased) throw new OptionError('--lowercase and --cased exclude each other');
  return {
    form,
    lowerCase: lowercase || (form === 'tokenise' && !cased),
    languages: languages ?? (form === 'raw' ? [] : LANGUAGES),
  };
}

/** @throws OptionError for options of files where the grammar is the corpus */
export function checkNoForm(options: FormOptions): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined && value !== false);
  if (given === undefined) return;
  throw new OptionError(`--${given[0]} is for files, not for the grammar: add --train`);
}

/** The language of a side. */
function languageOf({ languages }: TextForm, side: 'source' | 'target'): string | undefined {
  return languages.length > 1 ? languages[side === 'source' ? 0 : 1] : languages[0];
}

/** The convention of one side's text, with which new text is read like that of the files. */
function conventionOf(form: TextForm, side: 'source' | 'target', unit: TextUnit): TextConvention {
  return {
    language: languageOf(form, side),
    case: form.lowerCase ? 'lower' : 'cased',
    tokenised: form.form !== 'raw',
    unit,
  };
}

/** Splits one side of the files into tokens. */
export function fileSplit(
  form: TextForm,
  side: 'source' | 'target',
  unit: TextUnit = 'word',
): SplitSentence {
  const convention = conventionOf(form, side, unit);
  // Tokens of files are final: another tokeniser may have made them.
  return textRules({ ...convention, tokenised: form.form === 'tokenise' }).split;
}

/**
 * The convention that a model of these sentences stores. A model that has seen no capital letter
 * reads text in lower case.
 */
export function storedConvention(
  form: TextForm,
  side: 'source' | 'target',
  sentences: readonly (readonly string[])[],
  unit: TextUnit = 'word',
): TextConvention {
  const isCased = sentences.some((tokens) => tokens.some((one) => one !== one.toLowerCase()));
  return { ...conventionOf(form, side, unit), case: isCased ? 'cased' : 'lower' };
}
