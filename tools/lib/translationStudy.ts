/**
 * The study of translation models for the training command, scored by translating held-out
 * sentences.
 */

import { OptionError } from 'qkv';
import { Decoder } from 'qkv/generate';
import { startupFor } from 'qkv/graph';
import { createModel, type TranslationText, writeDescription } from 'qkv/models';
import {
  BytePairDropoutBatches,
  DroppedBatches,
  type DroppedBatchOptions,
  type EncodedPair,
  encodePairs,
  type PaddingOptions,
  SubwordCodec,
} from 'qkv/text';
import { translationTask } from 'qkv/train';
import { type Corpus, type CorpusSpec, loadCorpus } from './corpora';
import { defined } from './defined';
import type { Recipe } from './recipe';
import { LOSS_MEASURES, pairBatches, type Study, showPercent } from './study';
import { trainingWords } from './textForms';
import { evaluationBatches, translateGroups } from './translate';

/** Number of held-out sentences that are translated in evaluations during training. */
const TRANSLATED = 200;

/** @throws InputError, FormatError for files that cannot be read */
export async function translationStudy(recipe: Recipe, spec: CorpusSpec): Promise<Study> {
  const corpus = await loadCorpus(spec);
  const { source, target, dev } = corpus;
  if (recipe.model.tied === 'all' && source !== target) {
    throw new OptionError('--shared-embeddings needs --shared-vocabulary');
  }
  const { wordDropout = 0 } = recipe;
  const text: TranslationText = wordDropout > 0 ? { ...corpus.text, unknown: 'copy' } : corpus.text;
  const { batchSize, labelSmoothing } = recipe;
  const model = createModel('translation', recipe.kind, {
    ...recipe.model,
    sourceVocabulary: source.size,
    targetVocabulary: target.size,
  });
  // Names of special tokens in the text are unknown words.
  const pairs = encodePairs(corpus.train, source, target, { unknown: trainingWords(text) });
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
    ...trainingBatches(recipe, spec, corpus, pairs, padding),
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
    criterion: { name: 'bleu', better: 'higher' },
    showLoss: (loss) => `loss ${loss.toFixed(3)}`,
    evaluate: async (trainer) => {
      const { device, layout, states } = trainer;
      const held = await trainer.evaluate(evaluationBatches(dev, corpus, batchSize, model));
      const options = {
        maxBatch: batchSize,
        ids: target,
        attention: text.unknown === 'copy',
        startup: startupFor(recipe.steps),
      };
      const decoder = await Decoder.create(device, model, layout, states, options);
      const groups = corpus.name === 'toy' ? dev.slice(0, TRANSLATED) : dev;
      const { sample, ...scores } = await translateGroups(decoder, groups, corpus, batchSize);
      decoder.dispose();
      return { scores: { devLoss: held.loss, tokenAccuracy: held.accuracy, ...scores }, sample };
    },
  };
}

/** The batches of a recipe: as they are, or with dropout of words or of byte pairs. */
function trainingBatches(
  { batchSize, wordDropout = 0 }: Recipe,
  spec: CorpusSpec,
  corpus: Corpus,
  pairs: readonly EncodedPair[],
  padding: PaddingOptions,
): Pick<Study, 'examples' | 'batches'> {
  const { source, target, train } = corpus;
  const rate = spec.kind === 'files' ? (spec.bytePairDropout ?? 0) : 0;
  if (rate > 0 && source instanceof SubwordCodec && target instanceof SubwordCodec) {
    const options = { ...padding, batchSize, source, target, rate };
    return {
      examples: pairs.length,
      batches: (cursor) => new BytePairDropoutBatches(train, { ...options, cursor }),
    };
  }
  if (wordDropout === 0) return pairBatches(pairs, padding, batchSize);
  return droppedBatches(corpus, pairs, { ...padding, batchSize, rate: wordDropout });
}

/** Batches with words dropped where they are linked. */
function droppedBatches(
  { align, source, target }: Corpus,
  pairs: readonly EncodedPair[],
  options: Omit<DroppedBatchOptions, 'sourceUnk' | 'targetUnk'>,
): Pick<Study, 'examples' | 'batches'> {
  const aligned = align();
  const linked = pairs.map((pair, i) => ({ ...pair, links: aligned[i]?.links ?? [] }));
  const ids = { sourceUnk: defined(source.unk, 'unk'), targetUnk: defined(target.unk, 'unk') };
  return {
    examples: pairs.length,
    batches: (cursor) => new DroppedBatches(linked, { ...options, ...ids, cursor }),
  };
}

/** 'English to French', or the title where a language is not named. */
function subjectOf({ source, target }: TranslationText): string {
  const names = new Intl.DisplayNames(['en'], { type: 'language' });
  if (source.language === undefined || target.language === undefined) return 'translation';
  return `${names.of(source.language)} to ${names.of(target.language)}`;
}
