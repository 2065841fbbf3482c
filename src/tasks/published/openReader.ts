/** Loads published models that read texts: encoders with a head, or with a pooling. */
import { FormatError, OptionError, shown } from '../../core/errors';
import { type FileSource, openTensors, shards } from '../../io';
import { Fields } from '../../models/fields';
import { createOfKind } from '../../models/kind';
import type { MaskedLanguageModel } from '../../models/model';
import { type PoolingOptions, publishedPooling } from '../../models/pooling';
import { checkSupported, numberOr, objectIn } from '../../models/publishedFields';
import type { Tokenizer } from '../../text/published/tokenizer';
import { placeByKeys } from '../keyedParameters';
import type { PublishedEncoder } from '../publishedSource';
import type { ReadingTask } from '../readings';
import { checkLayers } from './checkConfig';
import { findKind } from './findKind';
import { Folder } from './folder';
import type { EncoderHubOptions } from './hubOptions';
import { type Computation, createBatchReader } from './reader';
import {
  classifyComputation,
  embedComputation,
  fillComputation,
  publishedReading,
} from './reading';
import { checkTokenizer, tokenizerCodec } from './tokenizerCodec';

/** Texts that are read together by default. */
const BATCH = 16;

/** Tokens of a text by default, at most. */
const LONGEST = 512;

/** Loads a published model that reads texts, from a folder. */
export function readerOf(
  source: FileSource,
  { tokenizers, files: formats = [], maxLength, batch = BATCH }: EncoderHubOptions,
): PublishedEncoder['createReader'] {
  return async (task, options, context) => {
    const { meter, signal } = context;
    const folder = new Folder(source, { ...options, signal }, (received) =>
      meter.update('download', received, undefined),
    );
    const config = await folder.fields('config.json');
    const { kind, layout, configuration } = findKind(config, options.kinds, Infinity);
    const [tokenizer, sentences, files] = await Promise.all([
      folder.tokenizer(tokenizers),
      readSentences(folder, task),
      openTensors(source, { ...options, signal }, [shards, ...formats]).then((files) =>
        checkLayers(config, files),
      ),
    ]);
    const { mask: maskId = -1 } = tokenizer.special;
    const [name = ''] = kind.names;
    const given = { ...configuration, maskId };
    const model = createOfKind([kind], 'masked language', name, given);
    checkTokenizer(tokenizer, model.vocabulary);
    const labels = task === 'classify' ? labelsOf(config) : [];
    const computation = computationOf(task, model, labels, sentences.pooling);
    const length = Math.min(model.maxLength, maxLength ?? sentences.maxLength ?? LONGEST);
    // Each text of a batch may have several masks.
    const sizes = { batch, length, places: length };
    const parameters = {
      files,
      received: folder.received,
      placement: placeByKeys(layout.keys(configuration)),
    };
    const reader = await createBatchReader(computation, sizes, parameters, options, context);
    const setting = { tokenizer, model, maxLength: length, maxBatch: batch, labels };
    return {
      ...reader,
      get memory() {
        return reader.memory;
      },
      description: {
        model,
        vocabulary: tokenizerCodec(tokenizer, model.vocabulary, idsOf(tokenizer)),
        text: {
          unknown: 'unk',
          language: undefined,
          case: 'cased',
          tokenised: false,
          unit: 'word',
        },
        labels,
      },
      logits: async (ids) => {
        const places = computation.hasPlaces ? [...ids.keys()] : undefined;
        const { data } = await reader.run([{ ids, types: ids.map(() => 0) }], places);
        return Float32Array.from(data);
      },
      published: publishedReading(setting, reader),
    };
  };
}

function computationOf(
  task: ReadingTask,
  model: MaskedLanguageModel,
  labels: readonly string[],
  pooling: PoolingOptions,
): Computation {
  switch (task) {
    case 'fill':
      return fillComputation(model);
    case 'classify':
      return classifyComputation(model, labels.length);
    case 'embed':
      return embedComputation(model, pooling);
    default:
      return task satisfies never;
  }
}

/** A text begins with cls, or bos, and ends with sep, or eos. */
function idsOf({ special: { pad = 0, bos, eos, cls, sep } }: Tokenizer) {
  return { pad, bos: cls ?? bos ?? pad, eos: sep ?? eos ?? pad };
}

/**
 * The names of the classes.
 * @throws OptionError for a regression, or several labels of a text; FormatError for damaged fields
 */
function labelsOf(config: Fields): readonly string[] {
  checkSupported(config, { problem_type: ['single_label_classification'] });
  const given = objectIn(config, 'id2label') ?? {};
  const names = new Fields('config.json: id2label', given);
  const labels: string[] = [];
  for (let i = 0; names.value(String(i)) !== undefined; i++)
    labels.push(names.text(String(i)) ?? '');
  const count = numberOr(config, 'num_labels', Object.keys(given).length);
  if (labels.length === count && count >= 2) return labels;
  throw new FormatError(
    `config.json: expected ${Math.max(count, 2)} names in id2label, from "0" on, found ` +
      `${labels.length} in ${shown(given)}`,
  );
}

/** What the files of sentence-transformers say. */
interface Sentences {
  readonly pooling: PoolingOptions;
  readonly maxLength: number | undefined;
}

/** Modules of sentence-transformers that are supported, by the last part of their names. */
const MODULES = ['Transformer', 'Pooling', 'Normalize'];

/**
 * Reads how vectors of tokens become one; the mean where the files do not say.
 * @throws OptionError for a module that is not supported
 */
async function readSentences(folder: Folder, task: ReadingTask): Promise<Sentences> {
  const modules = task === 'embed' ? await folder.jsonIfThere('modules.json') : undefined;
  if (modules === undefined) return { pooling: {}, maxLength: undefined };
  if (!Array.isArray(modules)) {
    throw new FormatError(`modules.json: expected a list of modules, found ${shown(modules)}`);
  }
  const parts = modules.map((item) => {
    const fields = new Fields('modules.json', item);
    const type = (fields.text('type') ?? '').split('.').at(-1) ?? '';
    const path = fields.text('path') ?? '';
    if (!/^(\w[\w.-]*)?$/.test(path)) {
      throw new FormatError(
        `modules.json: 'path' must be a folder beside it, found ${shown(path)}; do not use this model`,
      );
    }
    if (MODULES.includes(type)) return { type, path };
    throw new OptionError(
      `modules.json: type ${shown(fields.text('type'))} is not supported, only ${MODULES.join(', ')}; ` +
        'choose another model',
    );
  });
  const pooling = parts.find(({ type }) => type === 'Pooling');
  const kind =
    pooling === undefined
      ? 'mean'
      : publishedPooling(await folder.json(`${pooling.path}/config.json`));
  const limits = await folder.jsonIfThere('sentence_bert_config.json');
  const longest = limits === undefined ? undefined : longestOf(limits);
  return {
    pooling: { kind, normalise: parts.some(({ type }) => type === 'Normalize') },
    maxLength: longest,
  };
}

/** @throws FormatError for a length that is none */
function longestOf(json: unknown): number | undefined {
  const [file, name] = ['sentence_bert_config.json', 'max_seq_length'];
  const value = new Fields(file, json).value(name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw new FormatError(`${file}: '${name}' must be a whole number from 1, found ${shown(value)}`);
}
