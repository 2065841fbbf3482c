/**
 * The file model.json, which describes a model: kind, configuration, vocabularies and tokenisation.
 * The parameters are beside it in model.safetensors, under PyTorch's names.
 */
import { FormatError, OptionError } from '../core/errors';
import { checkFormatVersion } from '../core/formatVersion';
import { Fields } from '../models/fields';
import { createOfKind, familyOf, type ModelKind } from '../models/kind';
import type {
  DenoisingModel,
  LanguageModel,
  TranslationModel,
  WordVectorModel,
} from '../models/model';
import { type Codec, type CodecFormat, readCodec } from '../text';
import {
  type LanguageText,
  readLanguageText,
  readTranslationText,
  type TranslationText,
} from './modelText';

/** Contents of the model.json of a translation model. */
export interface ModelDescription {
  readonly model: TranslationModel;
  readonly source: Codec;
  readonly target: Codec;
  readonly text: TranslationText;
}

/** Contents of the model.json of a language model. */
export interface LanguageDescription {
  readonly model: LanguageModel;
  readonly vocabulary: Codec;
  readonly text: LanguageText;
}

/** The imported kinds and codecs that a description may use. */
export interface DescriptionReaders {
  readonly kinds: readonly ModelKind[];
  /** Codecs other than word vocabularies. */
  readonly codecs?: readonly CodecFormat[];
}

/** Contents of the model.json of a model that restores texts. */
export interface DenoisingDescription {
  readonly model: DenoisingModel;
  /** All ids of the model but the mask, which may be one more. */
  readonly vocabulary: Codec;
  readonly text: LanguageText;
}

/** The description of a model that decodes. */
export type AnyDescription =
  | ({ readonly family: 'translation' } & ModelDescription)
  | ({ readonly family: 'language' } & LanguageDescription)
  | ({ readonly family: 'denoising' } & DenoisingDescription);

/** The class that an app loads models of each family with. */
const LOADERS = { translation: 'Translator', language: 'Writer', denoising: 'Restorer' } as const;

/**
 * The description, known to be of a family.
 * @throws OptionError when it is of the other one
 */
export function descriptionOf<F extends AnyDescription['family']>(
  description: AnyDescription,
  family: F,
): Extract<AnyDescription, { readonly family: F }> {
  if (isOfFamily(description, family)) return description;
  throw new OptionError(
    `'${description.model.kind}' is not a ${family} model; load it with ` +
      `${LOADERS[description.family]}.load`,
  );
}

function isOfFamily<F extends AnyDescription['family']>(
  description: AnyDescription,
  family: F,
): description is Extract<AnyDescription, { readonly family: F }> {
  return description.family === family;
}

const FORMAT = 'qkv-model';
/** Files of version 1 have no text conventions, apart from the unit of language models. */
const VERSION = 2;

/** The text of model.json for a translation model. */
export function writeDescription({ model, source, target, text }: ModelDescription): string {
  return writeJson(model, { text, source, ...(target === source ? {} : { target }) });
}

/** The text of model.json for a language model. */
export function writeLanguageDescription({ model, ...rest }: LanguageDescription): string {
  return writeJson(model, rest);
}

/** The text of model.json for word vectors: their configuration, and the word of each row. */
export function writeWordDescription(model: WordVectorModel, vocabulary: Codec): string {
  return writeJson(model, { vocabulary });
}

/** The text of model.json. @param rest its fields beside kind and configuration */
export function writeJson(
  { kind, config }: { readonly kind: string; readonly config: object },
  rest: object,
): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, kind, config, ...rest })}\n`;
}

/** Parses model.json and checks its format and version. @param where names the file in messages */
export function readFields(
  where: string,
  text: string,
): { readonly kind: string; readonly fields: Fields } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const start = JSON.stringify(text.trim().slice(0, 40));
    throw new FormatError(
      `${where}: expected JSON, found ${start}; check the address and download the model again`,
      { cause },
    );
  }
  const fields = new Fields(where, json);
  fields.oneOf('format', [FORMAT]);
  checkFormatVersion(where, fields.value('version'), VERSION);
  const kind = fields.text('kind') ?? '';
  return { kind, fields };
}

/**
 * Reads a model.json to a description with its family; a task has one for the family that it is for.
 * @param where names the file in messages
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export type DescriptionReader = (
  text: string,
  readers: DescriptionReaders,
  where?: string,
) => AnyDescription;

/** Reads the description of a translation model. */
export const readTranslation: DescriptionReader = (...file) => ({
  family: 'translation',
  ...readDescription(...file),
});

/** Reads the description of a language model. */
export const readLanguage: DescriptionReader = (...file) => ({
  family: 'language',
  ...readLanguageDescription(...file),
});

/** Reads the description of a translation or language model. */
export const readAnyDescription: DescriptionReader = (text, readers, where = 'model.json') => {
  const { kind } = readFields(where, text);
  const family = familyOf(readers.kinds, kind);
  if (family === 'language') return readLanguage(text, readers, where);
  if (family === 'word vector') {
    throw new OptionError(
      `${where} describes word vectors ('${kind}'); load the text file beside it with WordVectors.load`,
    );
  }
  return readTranslation(text, readers, where);
};

/**
 * Reads the model.json of a language model.
 * @param where names the file in messages
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export function readLanguageDescription(
  json: string,
  { kinds, codecs }: DescriptionReaders,
  where = 'model.json',
): LanguageDescription {
  const { kind, fields } = readFields(where, json);
  const model = createOfKind(kinds, 'language', kind, fields.value('config'));
  const vocabulary = readVocabulary(where, fields, 'vocabulary', model.targetVocabulary, codecs);
  return { model, vocabulary, text: readLanguageText(where, fields) };
}

/**
 * Reads the model.json of a translation model.
 * @param where names the file in messages
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export function readDescription(
  json: string,
  { kinds, codecs }: DescriptionReaders,
  where = 'model.json',
): ModelDescription {
  const { kind, fields } = readFields(where, json);
  const model = createOfKind(kinds, 'translation', kind, fields.value('config'));
  const source = readVocabulary(where, fields, 'source', model.sourceVocabulary, codecs);
  const target = readVocabulary(where, fields, 'target', model.targetVocabulary, codecs);
  return { model, source, target, text: readTranslationText(where, fields) };
}

/** @param size the number of tokens that the model is configured for */
function readVocabulary(
  where: string,
  fields: Fields,
  name: string,
  size: number,
  codecs: DescriptionReaders['codecs'],
): Codec {
  // A vocabulary that both languages have is written once.
  const codec = readCodec(fields.value(name, fields.value('source')), codecs);
  if (codec.size === size) return codec;
  throw new FormatError(
    `${where}: ${name} has ${codec.size} tokens, but the model is configured for ${size}; the file is ` +
      'damaged',
  );
}
