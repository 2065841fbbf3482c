/** Training of translation models: seq2seq, with attention, and transformers. */
import { InputError } from 'qkv';
import { corpusBleu, unigramPerplexity } from 'qkv/evaluation';
import { Decoder, type Hypothesis } from 'qkv/generate';
import type { ConfigValues, TranslationModel } from 'qkv/models';
import { createModel, writeDescription } from 'qkv/models';
import {
  type Batch,
  BatchIterator,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type Pair,
  textRules,
} from 'qkv/text';
import { type Trainer, translationTask } from 'qkv/train';
import { numberOf, type RunRecipe } from '../recipe';
import { type Corpus, corpusOf } from './corpus';
import { type Sampler, SHOWN, type Study } from './study';

/** Held-out sentences that are translated for BLEU. */
const TRANSLATED = 32;

/** @throws OptionError, FormatError, InputError */
export function translationStudy(recipe: RunRecipe, config: ConfigValues): Study<Batch> {
  const maxLength = numberOf(recipe, 'max-length');
  const corpus = corpusOf(recipe, maxLength - 1, true);
  const { source, target, train, text } = corpus;
  const model = createModel('translation', recipe.kind, {
    ...config,
    sourceVocabulary: source.size,
    targetVocabulary: target.size,
  });
  const batchSize = numberOf(recipe, 'batch');
  const encoded = (pairs: readonly Pair[]) =>
    encodePairs(pairs, source, target, { unknown: 'unk' });
  const [pairs, held] = [encoded(train), encoded(corpus.held)];
  held.sort((a, b) => a.source.length - b.source.length);
  const padding = {
    sourceIds: source,
    targetIds: target,
    maxSourceLength: maxLength,
    maxTargetLength: maxLength,
  };
  return {
    task: translationTask(model, {
      maxBatch: batchSize,
      labelSmoothing: numberOf(recipe, 'label-smoothing'),
      padId: target.pad,
    }),
    description: writeDescription({ model, source, target, text }),
    facts: {
      vocabularies: [source.size, target.size],
      examples: train.length,
      held: held.length,
      tooLong: corpus.tooLong,
      example: `${train[0]?.source.join(' ')} → ${train[0]?.target.join(' ')}`,
    },
    decoding: { model, maxBatch: TRANSLATED, ids: target, isSampled: false },
    batches: (cursor) => new BatchIterator(pairs, { ...padding, batchSize, cursor }),
    held: () => inBatches(held, batchSize, (some) => makeBatch(some, padding)),
    baseline: () => {
      const tokens = (of: readonly EncodedPair[]) =>
        of.flatMap((pair) => [...pair.target, target.eos]);
      return Math.log(unigramPerplexity(tokens(pairs), tokens(held), target.size));
    },
    sampler: (trainer) => translations(trainer, model, corpus),
  };
}

/** Items in batches, the last of which may have fewer. */
export function* inBatches<Item, B>(
  items: readonly Item[],
  size: number,
  make: (some: readonly Item[]) => B,
): Iterable<B> {
  for (let at = 0; at < items.length; at += size) yield make(items.slice(at, at + size));
}

async function translations(
  { device, layout, states }: Trainer<Batch>,
  model: TranslationModel,
  { held, source, target, text }: Corpus,
): Promise<Sampler> {
  const decoder = await Decoder.create(device, model, layout, states, {
    maxBatch: TRANSLATED,
    ids: target,
    startup: 'quick',
  });
  const [from, to] = [textRules(text.source), textRules(text.target)];
  const translate = async (sentences: readonly (readonly string[])[]) => {
    const rows = sentences.map((words) => [
      ...source.encode(words, { unknown: 'unk' }),
      source.eos,
    ]);
    const found = await decoder.decode(...padded(rows, source.pad));
    return found.map(([best]: readonly Hypothesis[]) =>
      target.decode(best?.ids ?? [], { keepUnknown: true }),
    );
  };
  const chosen = held.slice(0, TRANSLATED);
  return {
    sample: async () => {
      const written = await translate(chosen.map((pair) => pair.source));
      const references = chosen.map((pair) => [pair.target]);
      return {
        rows: chosen.slice(0, SHOWN).map((pair, i) => ({
          from: from.join(pair.source),
          to: to.join(written[i] ?? []),
          truth: to.join(pair.target),
        })),
        bleu: corpusBleu(written, references).score,
      };
    },
    answer: async (typed) => {
      const words = from.split(typed);
      if (words.length === 0 || words.length >= model.maxLength) {
        throw new InputError(`type 1 to ${model.maxLength - 1} words, found ${words.length}`);
      }
      const [written = []] = await translate([words]);
      return to.join(written);
    },
    dispose: () => decoder.dispose(),
  };
}

/** Rows of ids, padded to the longest, and their lengths. */
function padded(rows: readonly (readonly number[])[], pad: number) {
  const longest = Math.max(...rows.map((row) => row.length));
  const data = new Int32Array(rows.length * longest).fill(pad);
  rows.forEach((row, b) => {
    data.set(row, b * longest);
  });
  return [
    { shape: [rows.length, longest], data },
    { shape: [rows.length], data: Int32Array.from(rows, (row) => row.length) },
  ] as const;
}
