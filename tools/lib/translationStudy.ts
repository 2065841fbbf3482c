/**
 * The study of translation models for the training command, scored by translating held-out
 * sentences.
 */

import { Decoder } from 'qkv/generate';
import { startupFor } from 'qkv/graph';
import { createModel, writeDescription } from 'qkv/models';
import { encodePairs } from 'qkv/text';
import { translationTask } from 'qkv/train';
import { type CorpusSpec, loadCorpus } from './corpora';
import type { Recipe } from './recipe';
import { LOSS_MEASURES, pairBatches, type Study, showPercent } from './study';
import { evaluationBatches, translateGroups } from './translate';

/** Number of held-out sentences that are translated in evaluations during training. */
const TRANSLATED = 200;

/** @throws InputError, FormatError for files that cannot be read */
export async function translationStudy(recipe: Recipe, spec: CorpusSpec): Promise<Study> {
  const corpus = await loadCorpus(spec);
  const { source, target, dev, unknown } = corpus;
  const { batchSize, labelSmoothing } = recipe;
  const model = createModel('translation', recipe.kind, {
    ...recipe.model,
    sourceVocabulary: source.size,
    targetVocabulary: target.size,
  });
  const padding = {
    sourceIds: source,
    targetIds: target,
    maxSourceLength: model.maxLength,
    maxTargetLength: model.maxLength,
  };
  return {
    subject: 'English to French',
    corpus: corpus.name,
    unit: 'pair',
    vocabularies: `vocabularies ${source.size} and ${target.size}`,
    ...pairBatches(encodePairs(corpus.train, source, target), padding, batchSize),
    task: translationTask(model, { maxBatch: batchSize, labelSmoothing, padId: target.pad }),
    description: writeDescription({ model, source, target, text: { unknown } }),
    measures: [
      ...LOSS_MEASURES,
      {
        name: 'bleu',
        short: 'BLEU',
        label: 'held-out BLEU (development set, greedy)',
        show: (bleu) => bleu.toFixed(1),
      },
      {
        name: 'exactMatch',
        short: 'exact match',
        label: 'held-out exact match (development set, greedy)',
        show: showPercent,
      },
    ],
    showLoss: (loss) => `loss ${loss.toFixed(3)}`,
    evaluate: async (trainer) => {
      const { device, layout, states } = trainer;
      const held = await trainer.evaluate(evaluationBatches(dev, corpus, batchSize, model));
      const options = { maxBatch: batchSize, ids: target, startup: startupFor(recipe.steps) };
      const decoder = await Decoder.create(device, model, layout, states, options);
      const groups = corpus.name === 'toy' ? dev.slice(0, TRANSLATED) : dev;
      const scores = await translateGroups(decoder, groups, source, target, batchSize);
      decoder.dispose();
      return { scores: { devLoss: held.loss, tokenAccuracy: held.accuracy, ...scores } };
    },
  };
}
