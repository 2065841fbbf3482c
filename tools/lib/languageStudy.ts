/**
 * The study of language models for the training command, scored by the perplexity of held-out text.
 */

import { perplexity, unigramPerplexity } from 'qkv/evaluation';
import { Decoder, promptBatch, sampling } from 'qkv/generate';
import { createModel, type LanguageModel, writeLanguageDescription } from 'qkv/models';
import {
  type Batch,
  type EncodedPair,
  encodePairs,
  makeBatch,
  type PaddingOptions,
  textRules,
} from 'qkv/text';
import { languageTask, type Trainer } from 'qkv/train';
import type { Recipe } from './recipe';
import { LOSS_MEASURES, type Measure, pairBatches, type Study } from './study';
import { loadTexts, type TextCorpus, type TextSpec } from './texts';

const MEASURES: readonly Measure[] = [
  ...LOSS_MEASURES,
  {
    name: 'perplexity',
    short: 'perplexity',
    label: 'held-out perplexity a token',
    show: (value) => value.toFixed(2),
  },
  {
    name: 'unigramPerplexity',
    short: 'of counts alone',
    label: 'that of how common tokens are',
    show: (value) => value.toFixed(2),
  },
  {
    name: 'bitsPerCharacter',
    short: 'bits per character',
    label: 'held-out bits per character',
    show: (bits) => bits.toFixed(3),
  },
];

/** Sentences as pairs without a source. */
function encodeTexts({ codec }: TextCorpus, texts: TextCorpus['train'], unknown: 'error' | 'unk') {
  const pairs = texts.map((target) => ({ source: [], target }));
  return encodePairs(pairs, codec, codec, { unknown });
}

/** @throws InputError, FormatError for files that cannot be read */
export async function languageStudy(recipe: Recipe, spec: TextSpec): Promise<Study> {
  const texts = await loadTexts(spec);
  const { codec: vocabulary, text } = texts;
  const { unit } = text;
  const { batchSize, labelSmoothing } = recipe;
  const model = createModel('language', recipe.kind, {
    ...recipe.model,
    vocabulary: vocabulary.size,
  });
  const padding = { targetIds: vocabulary, maxTargetLength: model.maxLength };
  const pairs = encodeTexts(texts, texts.train, text.unknown === 'error' ? 'error' : 'unk');
  const held = encodeTexts(texts, texts.dev, 'unk');
  held.sort((a, b) => a.target.length - b.target.length);
  const tokens = (of: typeof pairs) => of.flatMap(({ target }) => [...target, vocabulary.eos]);
  const baseline = unigramPerplexity(tokens(pairs), tokens(held), vocabulary.size);
  return {
    subject: `language model, ${unit} by ${unit}`,
    corpus: texts.name,
    unit: 'sentence',
    vocabularies: `vocabulary ${vocabulary.size}`,
    ...pairBatches(pairs, padding, batchSize),
    task: languageTask(model, { maxBatch: batchSize, labelSmoothing, padId: vocabulary.pad }),
    description: writeLanguageDescription({ model, vocabulary, text }),
    measures: MEASURES,
    showLoss: (loss) => {
      const shown = `loss ${loss.toFixed(3)}`;
      // With label smoothing, the loss is not a cross-entropy.
      if (labelSmoothing > 0) return shown;
      return unit === 'character'
        ? `${shown}  bits per character ${(loss / Math.LN2).toFixed(3)}`
        : `${shown}  perplexity ${perplexity(loss).toFixed(2)}`;
    },
    evaluate: async (trainer) => {
      const { loss, accuracy } = await trainer.evaluate(heldBatches(held, batchSize, padding));
      return {
        scores: {
          devLoss: loss,
          tokenAccuracy: accuracy,
          perplexity: perplexity(loss),
          unigramPerplexity: baseline,
          ...(unit === 'character' ? { bitsPerCharacter: loss / Math.LN2 } : {}),
        },
        sample: await sampleOf(trainer, model, texts),
      };
    },
  };
}

function* heldBatches(
  held: readonly EncodedPair[],
  batchSize: number,
  padding: PaddingOptions,
): Iterable<Batch> {
  for (let at = 0; at < held.length; at += batchSize) {
    yield makeBatch(held.slice(at, at + batchSize), padding);
  }
}

/** Generates a sample sentence, with a different seed at every training step. */
async function sampleOf(
  { device, layout, states, stepCount }: Trainer<Batch>,
  model: LanguageModel,
  { codec, text }: TextCorpus,
): Promise<string> {
  const decoder = await Decoder.create(device, model, layout, states, {
    maxBatch: 1,
    ids: codec,
    decoding: { kind: 'sample', temperature: 0.8 },
    decodings: [sampling],
    stepsPerSubmit: 16,
  });
  const { source, lengths } = promptBatch([[]], codec);
  const [[made] = []] = await decoder.decode(source, lengths, { seed: stepCount });
  decoder.dispose();
  return textRules(text).join(codec.decode(made?.ids ?? [], { keepUnknown: true }));
}
