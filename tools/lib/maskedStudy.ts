/**
 * The study of models that fill in masked tokens, scored by the masked tokens of held-out sentences
 * that they find, beside those that counts of neighbours find.
 */
import { bidirectionalTrigram } from 'qkv/evaluation';
import { createModel, writeMaskedDescription } from 'qkv/models';
import {
  type Codec,
  type DataCursor,
  encodePairs,
  type LabelledBatch,
  MaskedBatches,
  type MaskedBatchOptions,
  type Sentence,
} from 'qkv/text';
import { labellingTask } from 'qkv/train';
import type { Recipe } from './recipe';
import { LOSS_MEASURES, type Measure, type Study, showPercent } from './study';
import { loadTexts, type TextSpec } from './texts';

const MEASURES: readonly Measure[] = [
  ...LOSS_MEASURES.filter(({ name }) => name === 'devLoss'),
  {
    name: 'maskedAccuracy',
    short: 'masked tokens found',
    label: 'held-out masked tokens found',
    show: showPercent,
  },
  {
    name: 'trigramAccuracy',
    short: 'by counts of both neighbours',
    label: 'those that counts of both neighbours find',
    show: showPercent,
  },
];

/** Seed of the masks of held-out sentences, which are the same in every evaluation. */
const HELD_SEED = 1;

/** @throws InputError, FormatError for files that cannot be read */
export async function maskedStudy(recipe: Recipe, spec: TextSpec): Promise<Study<LabelledBatch>> {
  const texts = await loadTexts(spec);
  const { codec, text } = texts;
  const { batchSize, labelSmoothing, kind } = recipe;
  const { vocabulary, maskId } = maskedVocabulary(codec);
  const model = createModel('masked language', kind, { ...recipe.model, vocabulary, maskId });
  const encoded = (sentences: readonly Sentence[], unknownWord: 'error' | 'unk') =>
    encodeTexts(codec, sentences, unknownWord).filter(
      ({ length }) => length > 0 && length + 2 <= model.maxLength,
    );
  const train = encoded(texts.train, text.unknown === 'error' ? 'error' : 'unk');
  const held = encoded(texts.dev, 'unk');
  const masking: MaskedBatchOptions = { maskId, words: wordsOf(codec), ids: codec, batchSize };
  const heldBatches = () =>
    new MaskedBatches(held, { ...masking, epochs: 1, cursor: { seed: HELD_SEED } });
  const baseline = trigramAccuracy(codec, train, heldBatches());
  return {
    subject: `masked language model, ${text.unit} by ${text.unit}`,
    corpus: texts.name,
    unit: 'sentence',
    vocabularies: `vocabulary ${vocabulary}`,
    examples: train.length,
    batches: (cursor: DataCursor) => new MaskedBatches(train, { ...masking, cursor }),
    task: labellingTask(model, { maxBatch: batchSize, labelSmoothing }),
    description: writeMaskedDescription({ model, vocabulary: codec, text }),
    measures: MEASURES,
    showLoss: (loss) => `loss ${loss.toFixed(3)}`,
    evaluate: async (trainer) => {
      const { loss, accuracy } = await trainer.evaluate(heldBatches());
      const scores = { devLoss: loss, maskedAccuracy: accuracy, trigramAccuracy: baseline };
      return { scores };
    },
  };
}

/** A vocabulary with one more id than its codec: the mask. */
export function maskedVocabulary(codec: Codec) {
  return { vocabulary: codec.size + 1, maskId: codec.size } as const;
}

/** Sentences as ids. */
export function encodeTexts(
  codec: Codec,
  sentences: readonly Sentence[],
  unknown: 'error' | 'unk',
): readonly (readonly number[])[] {
  const pairs = sentences.map((target) => ({ source: [], target }));
  return encodePairs(pairs, codec, codec, { unknown }).map(({ target }) => target);
}

/** All ids but those of special tokens. */
function wordsOf({ size, pad, bos, eos, unk }: Codec): readonly number[] {
  const special = [pad, bos, eos, unk];
  return Array.from({ length: size }, (_, id) => id).filter((id) => !special.includes(id));
}

/** The part of masked tokens that counts of both neighbours find, on the same masks. */
function trigramAccuracy(
  { bos, eos }: Codec,
  train: readonly (readonly number[])[],
  batches: Iterable<LabelledBatch>,
): number {
  const fill = bidirectionalTrigram(train.map((ids) => [bos, ...ids, eos]));
  let [right, count] = [0, 0];
  for (const { tokens, labels } of batches) {
    labels.forEach((label, place) => {
      if (label < 0) return;
      count++;
      if (fill(tokens[place - 1] ?? bos, tokens[place + 1] ?? eos) === label) right++;
    });
  }
  return right / count;
}
