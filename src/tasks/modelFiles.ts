/**
 * A model as files: model.json (kind, configuration, vocabularies, where its weights come from) and
 * model.safetensors (weights under PyTorch's names, f32 or f16).
 */
import { FormatError } from '../core/errors';
import type { TranslationModel } from '../models/model';
import { createModel } from '../models/registry';
import { type Codec, readCodec } from '../text';

/** How text becomes tokens. */
export interface TextOptions {
  /** What to do with a word outside the vocabulary. */
  readonly unknown: 'error' | 'unk';
}

/** What model.json holds. */
export interface ModelDescription {
  readonly model: TranslationModel;
  readonly source: Codec;
  readonly target: Codec;
  readonly text: TextOptions;
}

const FORMAT = 'qkv-model';
const VERSION = 1;

/** The JSON text of a description. */
export function writeDescription({ model, source, target, text }: ModelDescription): string {
  const { kind, config } = model;
  const json = { format: FORMAT, version: VERSION, kind, config, text, source, target };
  return `${JSON.stringify(json, null, 1)}\n`;
}

/**
 * Reads model.json.
 * @throws FormatError for damaged text, another format or version, or a wrong field
 */
export function readDescription(text: string): ModelDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FormatError('model.json is no valid JSON; download the model again', { cause });
  }
  if (typeof json !== 'object' || json === null) throw wrong('an object', json);
  const fields = new Map<string, unknown>(Object.entries(json));
  if (fields.get('format') !== FORMAT) throw wrong(`format '${FORMAT}'`, fields.get('format'));
  if (fields.get('version') !== VERSION) throw wrong(`version ${VERSION}`, fields.get('version'));
  const kind = fields.get('kind');
  if (typeof kind !== 'string') throw wrong("a 'kind'", kind);
  const model = createModel(kind, fields.get('config'));
  const source = readCodec(fields.get('source'));
  const target = readCodec(fields.get('target'));
  if (source.size !== model.sourceVocabulary || target.size !== model.targetVocabulary) {
    throw new FormatError(
      `model.json: vocabularies of ${source.size} and ${target.size} words, but the model is for ` +
        `${model.sourceVocabulary} and ${model.targetVocabulary}`,
    );
  }
  return { model, source, target, text: readTextOptions(fields.get('text')) };
}

function readTextOptions(json: unknown): TextOptions {
  const unknown =
    typeof json === 'object' && json !== null && 'unknown' in json ? json.unknown : '';
  if (unknown !== 'error' && unknown !== 'unk')
    throw wrong("text.unknown 'error' or 'unk'", unknown);
  return { unknown };
}

function wrong(expected: string, found: unknown): FormatError {
  return new FormatError(`model.json: expected ${expected}, found ${JSON.stringify(found)}`);
}
