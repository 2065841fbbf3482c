/** What a model says of a given target in float64, by teacher forcing. */
import { i32, type Tensor } from 'qkv/graph';
import { type LanguageModel, modelLayout, type TranslationModel } from 'qkv/models';
import type { Scope } from 'qkv/nn';
import { inFloat64, observedGraph } from './observed';

/** A model that predicts tokens one by one. */
export type Predictor =
  | { readonly family: 'translation' | 'denoising'; readonly model: TranslationModel }
  | { readonly family: 'language'; readonly model: LanguageModel };

/**
 * Log-probabilities of the token after each of a target's, over the vocabulary.
 * @param source with its eos; read by models that have a source
 * @param target begins with bos
 * @param never ids that decoding leaves out, whose probability is 0
 */
export function logProbabilities(
  predictor: Predictor,
  arena: Float32Array,
  source: readonly number[],
  target: readonly number[],
  never: readonly number[],
): readonly (readonly number[])[] {
  const { family, model } = predictor;
  const row = (ids: readonly number[]) => ({ shape: [1, ids.length], data: Int32Array.from(ids) });
  const ofSource =
    family === 'language' ? {} : { source: i32(1, source.length), sourceLengths: i32(1) };
  const subject = {
    layout: modelLayout(model),
    inputs: { ...ofSource, targetInput: i32(1, target.length) },
    forward: (scope: Scope, input: (name: string) => Tensor) => {
      const targetInput = input('targetInput');
      if (predictor.family === 'language') return predictor.model.logits(scope, { targetInput });
      const [ids, sourceLengths] = [input('source'), input('sourceLengths')];
      return predictor.model.logits(scope, { source: ids, sourceLengths, targetInput });
    },
  };
  const lengths = { shape: [1], data: Int32Array.of(source.length) };
  const given =
    family === 'language'
      ? { targetInput: row(target) }
      : { source: row(source), sourceLengths: lengths, targetInput: row(target) };
  const { data } = inFloat64(
    subject,
    observedGraph(subject, () => false),
    given,
    arena,
  ).get('result')!;
  const vocabulary = model.targetVocabulary;
  return target.map((_, t) => {
    const row = [...data.slice(t * vocabulary, (t + 1) * vocabulary)];
    return logSoftmax(row.map((logit, id) => (never.includes(id) ? -Infinity : logit)));
  });
}

function logSoftmax(logits: readonly number[]): readonly number[] {
  const most = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) + most;
  return logits.map((logit) => logit - total);
}
