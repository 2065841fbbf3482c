/**
 * A model as files: model.json (kind, configuration, vocabularies, how text becomes tokens) and
 * model.safetensors (weights under PyTorch's names, f32 or f16).
 */
import { FormatError } from '../core/errors';
import { loadModel } from '../models/load';
import type { LanguageModel, TranslationModel } from '../models/model';
import { createLanguageModel } from '../models/registry';
import type { WordVectorModel } from '../models/wordVectors';
import { type Codec, readCodec, type TextUnit } from '../text';

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

/** What model.json of a language model holds. */
export interface LanguageDescription {
  readonly model: LanguageModel;
  readonly vocabulary: Codec;
  readonly text: TextOptions & { readonly unit: TextUnit };
}

const FORMAT = 'qkv-model';
const VERSION = 1;

/** The JSON text of a description. */
export function writeDescription({ model, source, target, text }: ModelDescription): string {
  return write(model, { text, source, target });
}

/** The JSON text of a language model's description. */
export function writeLanguageDescription({ model, ...rest }: LanguageDescription): string {
  return write(model, rest);
}

/** The JSON text that says of word vectors how they were trained, and which word each row is of. */
export function writeWordDescription(model: WordVectorModel, vocabulary: Codec): string {
  return write(model, { vocabulary });
}

function write(
  { kind, config }: TranslationModel | LanguageModel | WordVectorModel,
  rest: object,
): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, kind, config, ...rest }, null, 1)}\n`;
}

type Fields = ReadonlyMap<string, unknown>;

/** The fields of model.json, whatever model it is of. */
function readFields(text: string): { readonly kind: string; readonly fields: Fields } {
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
  return { kind, fields };
}

/**
 * Reads model.json of a language model.
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError for
 *   a model of another kind
 */
export async function readLanguageDescription(text: string): Promise<LanguageDescription> {
  const { kind, fields } = readFields(text);
  const model = createLanguageModel(kind, fields.get('config'));
  const vocabulary = await readCodec(fields.get('vocabulary'));
  if (vocabulary.size !== model.targetVocabulary) {
    throw new FormatError(
      `model.json: a vocabulary of ${vocabulary.size} tokens, but the model is for ` +
        `${model.targetVocabulary}`,
    );
  }
  const options = fields.get('text');
  return { model, vocabulary, text: { ...readTextOptions(options), unit: readUnit(options) } };
}

function readUnit(json: unknown): TextUnit {
  const unit = typeof json === 'object' && json !== null && 'unit' in json ? json.unit : undefined;
  if (unit === 'word' || unit === 'character') return unit;
  throw wrong("text.unit 'word' or 'character'", unit);
}

/**
 * Reads model.json of a translation model.
 * @throws FormatError for damaged text, another format or version, or a wrong field; OptionError for
 *   a model of another kind
 */
export async function readDescription(text: string): Promise<ModelDescription> {
  const { kind, fields } = readFields(text);
  const model = await loadModel(kind, fields.get('config'));
  const source = await readCodec(fields.get('source'));
  const target = await readCodec(fields.get('target'));
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
