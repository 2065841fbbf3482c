/** The configuration of word vectors: its defaults, checks and JSON form. */
import { checkOptions, OptionError } from '../../core/errors';
import { checkSizes } from '../checks';
import { Fields } from '../fields';
import type { WordVectorConfig, WordVectorKind } from '../model';

/**
 * Options of word vectors: the configuration, where only the kind and the vocabulary size are
 * required.
 */
export type WordVectorOptions = Partial<WordVectorConfig> &
  Pick<WordVectorConfig, 'kind' | 'vocabulary'>;

const DEFAULTS = { size: 100, window: 5, negatives: 5, subsample: 1e-3, padId: 0 } as const;

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function wordVectorConfig(options: WordVectorOptions): WordVectorConfig {
  const where = 'word vectors';
  checkOptions(where, options, [...Object.keys(DEFAULTS), 'kind', 'vocabulary']);
  const config = { ...DEFAULTS, ...options };
  checkSizes(where, config, ['vocabulary', 'size', 'window', 'negatives']);
  if (!(config.subsample >= 0 && config.subsample <= 1)) {
    throw new OptionError(`${where}: subsample must be from 0 to 1, found ${config.subsample}`);
  }
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseWordVectorOptions(kind: WordVectorKind, json: unknown): WordVectorOptions {
  const known = [...Object.keys(DEFAULTS), 'kind', 'vocabulary'];
  const fields = new Fields('configuration of word vectors', json, known);
  return {
    kind: fields.oneOf('kind', [kind], kind),
    vocabulary: fields.number('vocabulary'),
    size: fields.number('size', DEFAULTS.size),
    window: fields.number('window', DEFAULTS.window),
    negatives: fields.number('negatives', DEFAULTS.negatives),
    subsample: fields.number('subsample', DEFAULTS.subsample),
    padId: fields.number('padId', DEFAULTS.padId),
  };
}
