/** What a run needs, before anything is allocated. */
import { encodeGraph, greedy, sampling, stepGraph } from 'qkv/generate';
import { compileGraph, type Graph, type Plan } from 'qkv/graph';
import { countParameters } from 'qkv/nn';
import { evaluationGraph, taskLayout, trainingGraph } from 'qkv/train';
import type { Prediction } from '../events';
import { numberOf, type RunRecipe } from '../recipe';
import { withStudy } from './kinds';
import { optimiserOf } from './optimiser';
import type { Study } from './study';

/** Sentences of the grammar that are enough to tell what a run needs. */
const ENOUGH = 1000;

/** What a run needs. @throws OptionError, FormatError, InputError, ShapeError */
export function predictOf(recipe: RunRecipe): Prediction {
  const [pairs, batch] = [numberOf(recipe, 'pairs'), numberOf(recipe, 'batch')];
  const few = { ...recipe, values: { ...recipe.values, pairs: Math.min(pairs, ENOUGH) } };
  const isLarge = recipe.text.trim() === '' && pairs > ENOUGH;
  // The vocabulary of word vectors is that of all sentences.
  if (isLarge && recipe.values.negatives === undefined) {
    const found = withStudy(few, (study) => predict(few, study));
    if (found.tooLong === 0) {
      return { ...found, examples: pairs, batchesPerEpoch: Math.ceil(pairs / batch) };
    }
  }
  return withStudy(recipe, (study) => predict(recipe, study));
}

/** Compiles the plans of a run. @throws OptionError, ShapeError for what cannot be trained */
export function predict<B>(recipe: RunRecipe, study: Study<B>): Prediction {
  const layout = taskLayout(study.task);
  const options = { optimizer: optimiserOf(recipe, []), clipNorm: clipOf(recipe) };
  const graphs: Graph[] = [
    trainingGraph(study.task, layout, options),
    evaluationGraph(study.task, layout),
  ];
  if (study.decoding !== undefined) {
    const { model, maxBatch, ids, isSampled } = study.decoding;
    const strategy = isSampled
      ? sampling.create({ kind: 'sample', temperature: 0.8 }, ids)
      : greedy(ids);
    const decoding = { maxBatch, ids, strategy, attention: false };
    graphs.push(encodeGraph(model, layout, decoding), stepGraph(model, layout, decoding));
  }
  const { batchesPerEpoch } = study.batches({ seed: numberOf(recipe, 'seed'), epoch: 0, batch: 0 });
  return {
    ...study.facts,
    parameters: countParameters(layout),
    bytes: bytesOf(graphs.map((graph) => compileGraph(graph))),
    batchesPerEpoch,
  };
}

/** Largest norm of the gradient; 0 means none. */
export function clipOf(recipe: RunRecipe): number | undefined {
  const clip = numberOf(recipe, 'clip');
  return clip > 0 ? clip : undefined;
}

/** Bytes of plans that share their states. */
function bytesOf(plans: readonly Plan[]): number {
  const states = new Map<string, number>();
  let bytes = 0;
  for (const { storages } of plans) {
    for (const { use, byteLength } of storages) {
      if (use.kind === 'state') states.set(use.name, byteLength);
      else bytes += byteLength;
    }
  }
  return [...states.values()].reduce((sum, some) => sum + some, bytes);
}
