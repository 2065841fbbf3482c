/** The part of model.json that says how text becomes a model's tokens, and what unknown words become. */
import { Fields } from '../models/fields';
import { LETTER_CASES, TEXT_UNITS, type TextConvention } from '../text';

/** Policies for words outside the vocabulary. */
export const UNKNOWN_POLICIES = ['error', 'unk', 'copy'] as const;

/**
 * What becomes of words outside the vocabulary. 'error': they are refused. 'unk': they are read as
 * the token unk, which an answer marks as a gap. 'copy': so that they are read, but for unk in the
 * answer the source word under the strongest attention is copied (Luong et al. 2015); without
 * attention or a source, that is a gap.
 */
export type UnknownPolicy = (typeof UNKNOWN_POLICIES)[number];

/** What becomes of words outside the vocabulary. */
export interface TextOptions {
  readonly unknown: UnknownPolicy;
}

/** How text is converted to the tokens of a translation model and back. */
export interface TranslationText extends TextOptions {
  readonly source: TextConvention;
  readonly target: TextConvention;
}

/** How text is converted to the tokens of a language model and back. */
export interface LanguageText extends TextOptions, TextConvention {}

/** Reads the text of a translation model. @param where names the file in messages */
export function readTranslationText(where: string, file: Fields): TranslationText {
  const text = new Fields(`${where}: text`, file.value('text'));
  const side = (name: 'source' | 'target'): TextConvention =>
    file.value('version') === 1
      ? FIRST_CONVENTIONS[name]
      : readConvention(new Fields(`${where}: text.${name}`, text.value(name)));
  return { unknown: readUnknown(text), source: side('source'), target: side('target') };
}

/** Reads the text of a language model. @param where names the file in messages */
export function readLanguageText(where: string, file: Fields): LanguageText {
  const text = new Fields(`${where}: text`, file.value('text'));
  return { unknown: readUnknown(text), ...readConvention(text) };
}

/** Conventions of all translation models of version 1. */
const FIRST_CONVENTIONS = {
  source: { language: 'en', case: 'lower', tokenised: true, unit: 'word' },
  target: { language: 'fr', case: 'lower', tokenised: true, unit: 'word' },
} as const;

/** The defaults are those of language models of version 1. */
function readConvention(fields: Fields): TextConvention {
  return {
    language: fields.text('language'),
    case: fields.oneOf('case', LETTER_CASES, 'cased'),
    tokenised: fields.boolean('tokenised', false),
    unit: fields.oneOf('unit', TEXT_UNITS),
  };
}

const readUnknown = (text: Fields): UnknownPolicy => text.oneOf('unknown', UNKNOWN_POLICIES);
