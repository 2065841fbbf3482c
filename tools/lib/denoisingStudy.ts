/** The study of models that restore texts, scored by the held-out sentences that they restore. */
import { Decoder } from 'qkv/generate';
import { startupFor } from 'qkv/graph';
import { createModel, writeDenoisingDescription } from 'qkv/models';
import { type Batch, type DataCursor, NoisedBatches, type NoisedBatchOptions } from 'qkv/text';
import { translationTask } from 'qkv/train';
import { encodeTexts, maskedVocabulary } from './maskedStudy';
import type { Recipe } from './recipe';
import { LOSS_MEASURES, type Measure, type Study, showPercent } from './study';
import { loadTexts, type TextSpec } from './texts';

const MEASURES: readonly Measure[] = [
  ...LOSS_MEASURES,
  {
    name: 'restored',
    short: 'restored tokens',
    label: 'held-out tokens at their place in restored sentences (greedy)',
    show: showPercent,
  },
  {
    name: 'untouched',
    short: 'in place before',
    label: 'those at their place in the sentences with noise',
    show: showPercent,
  },
];

/** Seed of the noise of held-out sentences, which is the same in every evaluation. */
const HELD_SEED = 1;

/** Tokens after which a clause ends. */
const CLAUSE_ENDS = [',', ';', ':', 'and', 'et'];

/** @throws InputError, FormatError for files that cannot be read */
export async function denoisingStudy(recipe: Recipe, spec: TextSpec): Promise<Study<Batch>> {
  const texts = await loadTexts(spec);
  const { codec, text } = texts;
  const { batchSize, labelSmoothing, kind } = recipe;
  const { vocabulary, maskId } = maskedVocabulary(codec);
  const model = createModel('denoising', kind, { ...recipe.model, vocabulary, maskId });
  const encoded = (sentences: typeof texts.train, unknownWord: 'error' | 'unk') =>
    encodeTexts(codec, sentences, unknownWord).filter(
      ({ length }) => length > 0 && length + 1 <= model.maxLength,
    );
  const train = encoded(texts.train, text.unknown === 'error' ? 'error' : 'unk');
  const held = encoded(texts.dev, 'unk');
  const options: NoisedBatchOptions = {
    maskId,
    clauseEnds: CLAUSE_ENDS.flatMap((token) => codec.id(token) ?? []),
    sourceIds: codec,
    targetIds: codec,
    maxTargetLength: model.maxLength,
    maxSourceLength: model.maxLength,
    batchSize,
  };
  const heldBatches = () =>
    new NoisedBatches(held, { ...options, epochs: 1, cursor: { seed: HELD_SEED } });
  return {
    subject: `denoising, ${text.unit} by ${text.unit}`,
    corpus: texts.name,
    unit: 'sentence',
    vocabularies: `vocabulary ${vocabulary}`,
    examples: train.length,
    batches: (cursor: DataCursor) => new NoisedBatches(train, { ...options, cursor }),
    task: translationTask(model, { maxBatch: batchSize, labelSmoothing, padId: codec.pad }),
    description: writeDenoisingDescription({ model, vocabulary: codec, text }),
    measures: MEASURES,
    showLoss: (loss) => `loss ${loss.toFixed(3)}`,
    evaluate: async (trainer) => {
      const { loss, accuracy } = await trainer.evaluate(heldBatches());
      const { device, layout, states } = trainer;
      const decoder = await Decoder.create(device, model, layout, states, {
        maxBatch: batchSize,
        ids: codec,
        startup: startupFor(recipe.steps),
      });
      let [restored, untouched, count] = [0, 0, 0];
      for (const batch of heldBatches()) {
        const { size, sourceLength, targetLength, targetOutput, targetLengths } = batch;
        const found = await decoder.decode(
          { shape: [size, sourceLength], data: batch.source },
          { shape: [size], data: batch.sourceLengths },
        );
        found.forEach(([best], row) => {
          const length = (targetLengths[row] ?? 1) - 1;
          for (let at = 0; at < length; at++) {
            const wanted = targetOutput[row * targetLength + at];
            count++;
            if (best?.ids[at] === wanted) restored++;
            if (batch.source[row * sourceLength + at] === wanted) untouched++;
          }
        });
      }
      decoder.dispose();
      return {
        scores: {
          devLoss: loss,
          tokenAccuracy: accuracy,
          restored: restored / count,
          untouched: untouched / count,
        },
      };
    },
  };
}
