/**
 * The plans of a trained translator, with inputs: the forward pass with teacher forcing, a training
 * step of its recipe, the encoder and the decoding step.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { everything } from 'qkv';
import { random } from 'qkv/cpu';
import { encodeGraph, greedy, stepGraph } from 'qkv/generate';
import { compileGraph, type HostTensors, type Plan, type Sizes, type Startup } from 'qkv/graph';
import { modelLayout, readDescription } from 'qkv/models';
import { type EncodedPair, makeBatch } from 'qkv/text';
import { biasCorrections, evaluationGraph, trainingGraph, translationTask } from 'qkv/train';
import { readTraining } from './modelFolder';

/**
 * 'forward' and 'train' for a batch of the recipe; 'encode' and 'step', a decoding step, for one
 * sentence.
 */
export const PLAN_KINDS = ['forward', 'train', 'encode', 'step'] as const;

export type PlanKind = (typeof PLAN_KINDS)[number];

export interface ModelPlan {
  readonly kind: PlanKind;
  readonly plan: Plan;
  /** Sizes, at their bounds. */
  readonly inputs: HostTensors;
  readonly sizes: Sizes;
  /** The compile effort that the library uses for it. */
  readonly startup: Startup;
}

/**
 * Makes the plans of a model.
 * @param name a shipped translator or a folder
 * @throws InputError if there is none; FormatError for a language model
 */
export async function modelPlans(name: string): Promise<readonly ModelPlan[]> {
  const { folder, record } = await readTraining(name);
  const { batchSize, labelSmoothing, optimizer, clipNorm } = record.recipe;
  const text = await readFile(join(folder, 'model.json'), 'utf8');
  const { model, source, target } = readDescription(text, everything);
  const layout = modelLayout(model);
  const task = translationTask(model, { maxBatch: batchSize, labelSmoothing, padId: target.pad });
  const pairs = randomPairs(batchSize, model.maxLength - 1, source.size, target.size);
  const fed = task.feed(makeBatch(pairs));
  const decoding = {
    maxBatch: 1,
    ids: target,
    strategy: greedy(target),
    attention: model.attends,
  };
  const one = makeBatch(pairs.slice(0, 1));
  const ofSentence = {
    source: { shape: [1, one.sourceLength], data: one.source },
    lengths: { shape: [1], data: one.sourceLengths },
  };
  const ofStep = {
    dropoutKey: { shape: [1], data: Int32Array.of(1) },
    learningRate: { shape: [1], data: Float32Array.of(0) },
    corrections: { shape: [2], data: biasCorrections(optimizer, 1) },
  };
  const planned = (kind: PlanKind, plan: Plan, inputs: HostTensors): ModelPlan => ({
    kind,
    plan,
    inputs,
    sizes: Object.fromEntries(plan.symbols),
    startup: kind === 'encode' || kind === 'step' ? 'quick' : 'balanced',
  });
  return [
    planned('forward', compileGraph(evaluationGraph(task, layout)), fed),
    planned('train', compileGraph(trainingGraph(task, layout, { optimizer, clipNorm })), {
      ...fed,
      ...ofStep,
    }),
    planned('encode', compileGraph(encodeGraph(model, layout, decoding)), ofSentence),
    planned('step', compileGraph(stepGraph(model, layout, decoding)), {}),
  ];
}

/**
 * Sentence pairs of the given length, made of the last ids of the vocabularies, which are not
 * special.
 */
function randomPairs(
  count: number,
  length: number,
  sourceSize: number,
  targetSize: number,
): readonly EncodedPair[] {
  const source = random(1);
  const ids = (size: number) =>
    Array.from({ length }, () => size - 1 - source.below(Math.max(1, size >> 1)));
  return Array.from({ length: count }, () => ({
    source: ids(sourceSize),
    target: ids(targetSize),
  }));
}
