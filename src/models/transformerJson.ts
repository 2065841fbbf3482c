/** Reads a transformer's configuration from parsed JSON, checking every value's type. */
import { FormatError } from '../core/errors';
import { TRANSFORMER_DEFAULTS, type TransformerOptions } from './transformer';

type Fields = ReadonlyMap<string, unknown>;

function fieldsOf(what: string, json: unknown): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new FormatError(`${what}: expected an object, found ${JSON.stringify(json)}`);
  }
  return new Map(Object.entries(json));
}

function fail(name: string, expected: string, found: unknown): never {
  throw new FormatError(
    `transformer configuration: '${name}' must be ${expected}, found ${JSON.stringify(found)}`,
  );
}

function number(fields: Fields, name: string, fallback?: number): number {
  const value = fields.has(name) ? fields.get(name) : fallback;
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : fail(name, 'a number', value);
}

function boolean(fields: Fields, name: string, fallback: boolean): boolean {
  const value = fields.has(name) ? fields.get(name) : fallback;
  return typeof value === 'boolean' ? value : fail(name, 'true or false', value);
}

function oneOf<T extends string>(
  fields: Fields,
  name: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const value = fields.has(name) ? fields.get(name) : fallback;
  return allowed.find((item) => item === value) ?? fail(name, allowed.join(' or '), value);
}

/**
 * The options in a configuration.
 * @throws FormatError naming the field, what it must be and what was found
 */
export function parseTransformerOptions(json: unknown): TransformerOptions {
  const fields = fieldsOf('transformer configuration', json);
  const known = new Set([
    ...Object.keys(TRANSFORMER_DEFAULTS),
    'sourceVocabulary',
    'targetVocabulary',
  ]);
  for (const name of fields.keys()) {
    if (!known.has(name)) fail(name, `one of ${[...known].join(', ')}`, name);
  }
  const d = TRANSFORMER_DEFAULTS;
  const positions = fieldsOf('positions', fields.get('positions') ?? d.positions);
  return {
    sourceVocabulary: number(fields, 'sourceVocabulary'),
    targetVocabulary: number(fields, 'targetVocabulary'),
    modelSize: number(fields, 'modelSize', d.modelSize),
    heads: number(fields, 'heads', d.heads),
    feedForward: number(fields, 'feedForward', d.feedForward),
    encoderLayers: number(fields, 'encoderLayers', d.encoderLayers),
    decoderLayers: number(fields, 'decoderLayers', d.decoderLayers),
    dropout: number(fields, 'dropout', d.dropout),
    normFirst: boolean(fields, 'normFirst', d.normFirst),
    activation: oneOf(fields, 'activation', ['relu', 'gelu'], d.activation),
    epsilon: number(fields, 'epsilon', d.epsilon),
    tied: oneOf(fields, 'tied', ['none', 'target', 'all'], d.tied),
    positions: {
      layout: oneOf(positions, 'layout', ['interleaved', 'halves'], 'interleaved'),
      first: number(positions, 'first', 0),
      denominator: oneOf(positions, 'denominator', ['half', 'halfMinusOne'], 'half'),
    },
    maxLength: number(fields, 'maxLength', d.maxLength),
    padId: number(fields, 'padId', d.padId),
  };
}
