/** Reads a transformer's configuration from parsed JSON. */
import { Fields } from './fields';
import { TRANSFORMER_DEFAULTS, type TransformerOptions } from './transformer';

/**
 * The options in a configuration.
 * @throws FormatError naming the field, what it must be and what was found
 */
export function parseTransformerOptions(json: unknown): TransformerOptions {
  const d = TRANSFORMER_DEFAULTS;
  const known = [...Object.keys(d), 'sourceVocabulary', 'targetVocabulary'];
  const fields = new Fields('transformer configuration', json, known);
  const positions = new Fields('positions', fields.value('positions', d.positions));
  return {
    sourceVocabulary: fields.number('sourceVocabulary'),
    targetVocabulary: fields.number('targetVocabulary'),
    modelSize: fields.number('modelSize', d.modelSize),
    heads: fields.number('heads', d.heads),
    feedForward: fields.number('feedForward', d.feedForward),
    encoderLayers: fields.number('encoderLayers', d.encoderLayers),
    decoderLayers: fields.number('decoderLayers', d.decoderLayers),
    dropout: fields.number('dropout', d.dropout),
    normFirst: fields.boolean('normFirst', d.normFirst),
    activation: fields.oneOf('activation', ['relu', 'gelu'], d.activation),
    epsilon: fields.number('epsilon', d.epsilon),
    tied: fields.oneOf('tied', ['none', 'target', 'all'], d.tied),
    positions: {
      layout: positions.oneOf('layout', ['interleaved', 'halves'], 'interleaved'),
      first: positions.number('first', 0),
      denominator: positions.oneOf('denominator', ['half', 'halfMinusOne'], 'half'),
    },
    maxLength: fields.number('maxLength', d.maxLength),
    padId: fields.number('padId', d.padId),
  };
}
