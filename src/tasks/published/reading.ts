/** Filling in, classifying and embedding with published encoders, in batches. */
import {
  checkIds,
  defined,
  InputError,
  OptionError,
  shown,
  throwIfAborted,
} from '../../core/errors';
import { sequenceClassifier } from '../../models/classifier';
import type { MaskedLanguageModel } from '../../models/model';
import { type PoolingOptions, pooled } from '../../models/pooling';
import type { EncodedText, Tokenizer } from '../../text/published/tokenizer';
import { inspectionOf } from '../generation';
import { likeliest } from '../probabilities';
import type {
  Classified,
  ClassifyOptions,
  FilledText,
  FillOptions,
  PublishedReading,
  ReadingOptions,
  TextOrPair,
} from '../readings';
import { batchesByLength } from './batches';
import { type BatchReader, batchOf, type Computation, vectorsAt } from './reader';
import { each, encodeText } from './translation';

/** What reading needs besides the compiled computation. */
export interface ReadingSetting {
  readonly tokenizer: Tokenizer;
  readonly model: MaskedLanguageModel;
  /** Longest text in tokens, special tokens included. */
  readonly maxLength: number;
  readonly maxBatch: number;
  /** The names of the classes. */
  readonly labels: readonly string[];
}

/** Computes the logits of the tokens at places. */
export function fillComputation(model: MaskedLanguageModel): Computation {
  return {
    hasPlaces: true,
    output: (scope, batch, places) => {
      const vectors = model.encode(scope, batch);
      return model.predict(scope, vectorsAt(vectors, defined(places, 'places'), model.size));
    },
  };
}

/** Computes the logits of classes. */
export function classifyComputation(model: MaskedLanguageModel, classes: number): Computation {
  const { logits } = sequenceClassifier(model, classes);
  return { hasPlaces: false, output: (scope, batch) => logits(scope, batch) };
}

/** Computes one vector for each text. */
export function embedComputation(model: MaskedLanguageModel, pooling: PoolingOptions): Computation {
  return {
    hasPlaces: false,
    output: (scope, batch) => pooled(model.encode(scope, batch), batch.lengths, pooling),
  };
}

/** What published encoders do with texts. */
export function publishedReading(setting: ReadingSetting, reader: BatchReader): PublishedReading {
  return {
    fill: (texts, options) => fillTexts(setting, reader, texts, options),
    classify: (texts, options) => classifyTexts(setting, reader, texts, options),
    embed: async (texts, { signal }) => {
      const { maxLength: maxTokens, tokenizer } = setting;
      const encoded = texts.map((text) => {
        if (typeof text !== 'string') {
          throw new InputError(`embed: expected a text, found ${shown(text)}`);
        }
        return tokenizer.encode(text, { maxTokens });
      });
      return rowsOfBatches(setting, reader, encoded, signal);
    },
  };
}

/** One row of the output for each text, in their order. */
async function rowsOfBatches(
  { maxBatch, model }: ReadingSetting,
  reader: BatchReader,
  texts: readonly EncodedText[],
  signal: AbortSignal | undefined,
): Promise<readonly Float32Array[]> {
  const rows = new Map<number, Float32Array>();
  const lengths = texts.map(({ ids }) => ids);
  for (const ids of lengths) checkIds('read', ids, model.vocabulary);
  for (const batch of batchesByLength(lengths, maxBatch)) {
    throwIfAborted(signal, 'read');
    const { shape, data } = await reader.run(batch.map((i) => defined(texts[i], 'text')));
    const size = data.length / defined(shape[0], 'batch');
    batch.forEach((index, i) => {
      rows.set(index, Float32Array.from(data.subarray(i * size, (i + 1) * size)));
    });
  }
  return texts.map((_, i) => defined(rows.get(i), 'row'));
}

async function fillTexts(
  setting: ReadingSetting,
  reader: BatchReader,
  texts: readonly TextOrPair[],
  options: FillOptions,
): Promise<readonly FilledText[]> {
  const { tokenizer, model } = setting;
  const { count = 5 } = options;
  if (!(Number.isInteger(count) && count >= 1 && count <= model.vocabulary)) {
    throw new OptionError(`fill: count must be 1 to ${model.vocabulary}, found ${count}`);
  }
  const { mask } = tokenizer.special;
  if (mask === undefined) {
    throw new OptionError('fill: the tokenizer of this model has no mask; load another model');
  }
  const written = tokenizer.token(mask);
  return each(texts, async (text) => {
    const encoded = encodedText('fill', setting, text);
    const places = [...encoded.ids.keys()].filter((i) => encoded.ids[i] === mask);
    if (places.length === 0) {
      throw new InputError(`fill: the text has no ${written}; write it in place of a word`);
    }
    const { logits, ...inside } = await readOne(setting, reader, encoded, options, places);
    const masks = places.map((_, i) => {
      const row = logits.subarray(i * model.vocabulary, (i + 1) * model.vocabulary);
      return likeliest(row, count).map(({ index, probability }) => ({
        token: tokenizer.token(index),
        id: index,
        probability,
      }));
    });
    const ids = [...encoded.ids];
    places.forEach((place, i) => {
      ids[place] = defined(masks[i]?.[0], 'candidate').id;
    });
    return { text: tokenizer.decode(ids), masks, ...inside };
  });
}

async function classifyTexts(
  setting: ReadingSetting,
  reader: BatchReader,
  texts: readonly TextOrPair[],
  options: ClassifyOptions,
): Promise<readonly Classified[]> {
  const encoded = texts.map((text) => encodedText('classify', setting, text));
  const looks = options.inspect !== undefined || options.interventions !== undefined;
  const results = looks
    ? await each(encoded, (text) => readOne(setting, reader, text, options))
    : (await rowsOfBatches(setting, reader, encoded, options.signal)).map((logits) => ({ logits }));
  return results.map(({ logits, ...inside }) => {
    const labels = likeliest(logits, logits.length).map(({ index, probability }) => ({
      label: defined(setting.labels[index], 'label'),
      probability,
    }));
    return { label: defined(labels[0], 'label').label, labels, ...inside };
  });
}

/** The output for one text, and what the options show inside. */
async function readOne(
  { tokenizer, model }: ReadingSetting,
  reader: BatchReader,
  text: EncodedText,
  options: ReadingOptions,
  places?: readonly number[],
) {
  checkIds('read', text.ids, model.vocabulary);
  if (options.inspect === undefined && options.interventions === undefined) {
    return { logits: Float32Array.from((await reader.run([text], places)).data) };
  }
  const reads = text.ids.map((id) => tokenizer.token(id));
  return inspectionOf(reader).look({ inputs: batchOf([text], places), reads, options });
}

/** @throws InputError for what is no text, or too long */
function encodedText(
  where: string,
  { tokenizer, maxLength }: ReadingSetting,
  given: TextOrPair,
): EncodedText {
  const [text, pair] = typeof given === 'string' ? [given] : given;
  return encodeText(where, text, tokenizer, maxLength, pair === undefined ? {} : { pair });
}
