/** The model.json of models whose vocabulary has a mask: those that fill in, classify and restore. */
import { FormatError } from '../core/errors';
import { Fields } from '../models/fields';
import { createOfKind } from '../models/kind';
import type { MaskedLanguageModel } from '../models/model';
import { type Codec, readCodec } from '../text';
import {
  type DenoisingDescription,
  type DescriptionReader,
  type DescriptionReaders,
  type LanguageText,
  readConvention,
  readFields,
  readUnknown,
  writeJson,
} from './modelFiles';

/** Contents of the model.json of a model that fills in masked tokens. */
export interface MaskedDescription {
  readonly model: MaskedLanguageModel;
  /** All ids of the model but the mask, which may be one more. */
  readonly vocabulary: Codec;
  readonly text: LanguageText;
}

/** Contents of the model.json of a classifier. */
export interface ClassifierDescription extends MaskedDescription {
  /** The names of the classes. */
  readonly labels: readonly string[];
}

/** The text of model.json for a model that fills in masked tokens. */
export function writeMaskedDescription({ model, ...rest }: MaskedDescription): string {
  return writeJson(model, rest);
}

/** The text of model.json for a classifier. */
export function writeClassifierDescription({ model, ...rest }: ClassifierDescription): string {
  return writeJson(model, rest);
}

/** The text of model.json for a model that restores texts. */
export function writeDenoisingDescription({ model, ...rest }: DenoisingDescription): string {
  return writeJson(model, rest);
}

/**
 * Reads the model.json of a model that fills in masked tokens.
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export function readMaskedDescription(
  json: string,
  { kinds, codecs }: DescriptionReaders,
  where = 'model.json',
): MaskedDescription {
  const { kind, fields } = readFields(where, json);
  const model = createOfKind(kinds, 'masked language', kind, fields.value('config'));
  const { vocabulary } = model;
  return { model, ...readTexts(where, fields, { vocabulary, maskId: model.maskId }, codecs) };
}

/**
 * Reads the model.json of a classifier.
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError
 *   for a model of another family or a missing import
 */
export function readClassifierDescription(
  json: string,
  readers: DescriptionReaders,
  where = 'model.json',
): ClassifierDescription {
  const labels = readFields(where, json).fields.value('labels');
  const names = Array.isArray(labels) ? labels.filter((name) => typeof name === 'string') : [];
  if (!Array.isArray(labels) || names.length < 2 || names.length < labels.length) {
    throw new FormatError(
      `${where}: expected the labels of a classifier, at least 2 strings, found ` +
        `${JSON.stringify(labels) ?? 'none'}; models without labels are loaded with MaskFiller.load`,
    );
  }
  return { ...readMaskedDescription(json, readers, where), labels: names };
}

/** Reads the description of a model that restores texts. */
export const readDenoising: DescriptionReader = (json, { kinds, codecs }, where = 'model.json') => {
  const { kind, fields } = readFields(where, json);
  const model = createOfKind(kinds, 'denoising', kind, fields.value('config'));
  const ids = { vocabulary: model.sourceVocabulary, maskId: model.maskId };
  return { family: 'denoising', model, ...readTexts(where, fields, ids, codecs) };
};

function readTexts(
  where: string,
  fields: Fields,
  { vocabulary: size, maskId }: { readonly vocabulary: number; readonly maskId: number },
  codecs: DescriptionReaders['codecs'],
): { readonly vocabulary: Codec; readonly text: LanguageText } {
  const vocabulary = readCodec(fields.value('vocabulary'), codecs);
  if (vocabulary.size !== size && !(vocabulary.size === maskId && maskId === size - 1)) {
    throw new FormatError(
      `${where}: vocabulary has ${vocabulary.size} tokens, but the model is configured for ${size}, ` +
        `of which ${maskId} is the mask; the file is damaged`,
    );
  }
  const text = new Fields(`${where}: text`, fields.value('text'));
  return { vocabulary, text: { ...readUnknown(text), ...readConvention(text) } };
}
