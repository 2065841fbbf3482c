/**
 * The file model.json, which describes a model: kind, configuration, vocabularies and tokenisation.
 * The parameters are beside it in model.safetensors, under PyTorch's names.
 */
import { FormatError, OptionError } from '../core/errors';
import { checkFormatVersion } from '../core/formatVersion';
import { createOfKind, familyOf, type ModelKind } from '../models/kind';
import type {
  DenoisingModel,
  LanguageModel,
  MaskedLanguageModel,
  TranslationModel,
  WordVectorModel,
} from '../models/model';
import { type Codec, type CodecFormat, readCodec, type TextUnit } from '../text';

/** How text is converted to tokens. */
export interface TextOptions {
  /** Whether words outside the vocabulary are errors or become the token unk. */
  readonly unknown: 'error' | 'unk';
}

/** Contents of the model.json of a translation model. */
export interface ModelDescription {
  readonly model: TranslationModel;
  readonly source: Codec;
  readonly target: Codec;
  readonly text: TextOptions;
}

/** Contents of the model.json of a language model. */
export interface LanguageDescription {
  readonly model: LanguageModel;
  readonly vocabulary: Codec;
  readonly text: TextOptions & { readonly unit: TextUnit };
}

/** Contents of the model.json of a model that fills in masked tokens. */
export interface MaskedDescription {
  readonly model: MaskedLanguageModel;
  /** All ids of the model but the mask, which may be one more. */
  readonly vocabulary: Codec;
  readonly text: TextOptions & { readonly unit: TextUnit };
}

/** Contents of the model.json of a model that restores texts. */
export interface DenoisingDescription {
  readonly model: DenoisingModel;
  /** All ids of the model but the mask, which may be one more. */
  readonly vocabulary: Codec;
  readonly text: TextOptions & { readonly unit: TextUnit };
}

/** The imported kinds and codecs that a description may use. */
export interface DescriptionReaders {
  readonly kinds: readonly ModelKind[];
  /** Codecs other than word vocabularies. */
  readonly codecs?: readonly CodecFormat[];
}

/** The description of a model of either family. */
export type AnyDescription =
  | ({ readonly family: 'translation' } & ModelDescription)
  | ({ readonly family: 'language' } & LanguageDescription);

/** The class that an app loads models of each family with. */
const LOADERS = { translation: 'Translator', language: 'Writer' } as const;

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
const VERSION = 1;

/** The text of model.json for a translation model. */
export function writeDescription({ model, source, target, text }: ModelDescription): string {
  return write(model, { text, source, target });
}

/** The text of model.json for a language model. */
export function writeLanguageDescription({ model, ...rest }: LanguageDescription): string {
  return write(model, rest);
}

/** The text of model.json for a model that fills in masked tokens. */
export function writeMaskedDescription({ model, ...rest }: MaskedDescription): string {
  return write(model, rest);
}

/** The text of model.json for a model that restores texts. */
export function writeDenoisingDescription({ model, ...rest }: DenoisingDescription): string {
  return write(model, rest);
}

/** The text of model.json for word vectors: their configuration, and the word of each row. */
export function writeWordDescription(model: WordVectorModel, vocabulary: Codec): string {
  return write(model, { vocabulary });
}

function write(
  { kind, config }: { readonly kind: string; readonly config: object },
  rest: object,
): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, kind, config, ...rest }, null, 1)}\n`;
}

type Fields = ReadonlyMap<string, unknown>;

/** Parses model.json and checks its format and version. @param where names the file in messages */
function readFields(
  where: string,
  text: string,
): { readonly kind: string; readonly fields: Fields } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const start = text.trimStart().slice(0, 40);
    throw new FormatError(
      start.startsWith('<')
        ? `${where}: expected JSON, found a web page: ${JSON.stringify(start)}; check the address`
        : `${where} is not valid JSON; download the model again`,
      { cause },
    );
  }
  if (typeof json !== 'object' || json === null) throw wrong(where, 'an object', json);
  const fields = new Map<string, unknown>(Object.entries(json));
  const [format, version, kind] = [fields.get('format'), fields.get('version'), fields.get('kind')];
  if (format !== FORMAT) throw wrong(where, `format '${FORMAT}'`, format);
  checkFormatVersion(where, version, VERSION);
  if (typeof kind !== 'string') throw wrong(where, "a 'kind'", kind);
  return { kind, fields };
}

/**
 * Reads the model.json of a translation or language model.
 * @param where names the file in messages
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a missing import, or for word vectors
 */
export function readAnyDescription(
  text: string,
  readers: DescriptionReaders,
  where = 'model.json',
): AnyDescription {
  const { kind, fields } = readFields(where, text);
  const family = familyOf(readers.kinds, kind);
  if (family === 'language') {
    return { family, ...languageDescription(where, kind, fields, readers) };
  }
  if (family === 'word vector') {
    throw new OptionError(
      `${where} describes word vectors ('${kind}'); load the text file beside it with WordVectors.load`,
    );
  }
  return { family: 'translation', ...translationDescription(where, kind, fields, readers) };
}

/**
 * Reads the model.json of a language model.
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export function readLanguageDescription(
  text: string,
  readers: DescriptionReaders,
): LanguageDescription {
  const { kind, fields } = readFields('model.json', text);
  return languageDescription('model.json', kind, fields, readers);
}

/**
 * Reads the model.json of a translation model.
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export function readDescription(text: string, readers: DescriptionReaders): ModelDescription {
  const { kind, fields } = readFields('model.json', text);
  return translationDescription('model.json', kind, fields, readers);
}

function languageDescription(
  where: string,
  kind: string,
  fields: Fields,
  { kinds, codecs }: DescriptionReaders,
): LanguageDescription {
  const model = createOfKind(kinds, 'language', kind, fields.get('config'));
  const vocabulary = readCodec(fields.get('vocabulary'), codecs);
  if (vocabulary.size !== model.targetVocabulary) {
    throw new FormatError(
      `${where}: the vocabulary has ${vocabulary.size} tokens, but the model is configured for ` +
        `${model.targetVocabulary}; the file is damaged`,
    );
  }
  const options = fields.get('text');
  const unit = readUnit(where, options);
  return { model, vocabulary, text: { ...readTextOptions(where, options), unit } };
}

function translationDescription(
  where: string,
  kind: string,
  fields: Fields,
  { kinds, codecs }: DescriptionReaders,
): ModelDescription {
  const model = createOfKind(kinds, 'translation', kind, fields.get('config'));
  const source = readCodec(fields.get('source'), codecs);
  const target = readCodec(fields.get('target'), codecs);
  if (source.size !== model.sourceVocabulary || target.size !== model.targetVocabulary) {
    throw new FormatError(
      `${where}: the vocabularies have ${source.size} and ${target.size} tokens, but the model is configured ` +
        `for ${model.sourceVocabulary} and ${model.targetVocabulary}; the file is damaged`,
    );
  }
  return { model, source, target, text: readTextOptions(where, fields.get('text')) };
}

function readUnit(where: string, json: unknown): TextUnit {
  const unit = typeof json === 'object' && json !== null && 'unit' in json ? json.unit : undefined;
  if (unit === 'word' || unit === 'character') return unit;
  throw wrong(where, "text.unit 'word' or 'character'", unit);
}

function readTextOptions(where: string, json: unknown): TextOptions {
  const unknown =
    typeof json === 'object' && json !== null && 'unknown' in json ? json.unknown : '';
  if (unknown === 'error' || unknown === 'unk') return { unknown };
  throw wrong(where, "text.unknown 'error' or 'unk'", unknown);
}

function wrong(where: string, expected: string, found: unknown): FormatError {
  return new FormatError(`${where}: expected ${expected}, found ${JSON.stringify(found)}`);
}
