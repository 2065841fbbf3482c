/** Makes a model from its kind and its configuration as plain data. One line a kind. */
import { FormatError, OptionError } from '../core/errors';
import { bahdanauModel } from './bahdanau';
import type { TranslationModel } from './model';
import { parseBahdanauOptions, parseSeq2SeqOptions } from './recurrentConfig';
import { seq2seqModel } from './seq2seq';
import { parseTransformerOptions } from './transformerJson';
import { transformerModel } from './transformerModel';

const factories: ReadonlyMap<string, (config: unknown) => TranslationModel> = new Map([
  ['seq2seq', (config: unknown) => seq2seqModel(parseSeq2SeqOptions(config))],
  ['bahdanau', (config: unknown) => bahdanauModel(parseBahdanauOptions(config))],
  ['transformer', (config: unknown) => transformerModel(parseTransformerOptions(config))],
]);

/** Kinds of models that can be made. */
export const modelKinds: readonly string[] = [...factories.keys()];

/**
 * The model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createModel(kind: string, config: unknown): TranslationModel {
  const factory = factories.get(kind);
  if (factory === undefined) {
    throw new OptionError(`unknown model kind '${kind}'; known: ${modelKinds.join(', ')}`);
  }
  if (typeof config !== 'object' || config === null) {
    throw new FormatError(`model: the configuration must be an object, found ${typeof config}`);
  }
  return factory(config);
}
