/**
 * The study of translation models for the training command, scored by translating held-out
 * sentences.
 */

import { Decoder } from 'qkv/generate';
import { startupFor } from 'qkv/graph';
import { createModel, type TranslationText, writeDescription } from 'qkv/models';
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
  const { source, target, dev, text } = corpus;
  const { batchSize, labelSmoothing } = recipe;
  const model = createModel('translation', recipe.kind, {
    ...recipe.model,
    sourceVocabulary: source.size,
    targetVocabulary: target.size,
  });
  // Names of special tokens in the text are unknown words.
  const unknown = text.unknown === 'error' ? 'error' : 'unk';
  const pairs = encodePairs(corpus.train, source, target, { unknown });
  const padding = {
    sourceIds: source,
    targetIds: target,
    maxSourceLength: model.maxLength,
    maxTargetLength: model.maxLength,
  };
  return {
    subject: subjectOf(text),
    corpus: corpus.name,
    unit: 'pair',
    vocabularies: `vocabularies ${source.size} and ${target.size}`,
    ...pairBatches(pairs, padding, batchSize),
    task: translationTask(model, { maxBatch: batchSize, labelSmoothing, padId: target.pad }),
    description: writeDescription({ model, source, target, text }),
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
      const { sample, ...scores } = await translateGroups(decoder, groups, corpus, batchSize);
      decoder.dispose();
      return { scores: { devLoss: held.loss, tokenAccuracy: held.accuracy, ...scores }, sample };
    },
  };
}

/** 'English to French', or the title where a language is not named. */
function subjectOf({ source, target }: TranslationText): string {
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  if (source.language === undefined || target.language === undefined) return 'translation';
  return `${names.of(source.language)} to ${names.of(target.language)}`;
}
