/** The plans of a translator, compiled from its model.json as the library does. */
import { encodeGraph, greedy, stepGraph } from 'qkv/generate';
import { compileGraph, type HostTensors, type Plan, type Startup } from 'qkv/graph';
import { bahdanau, modelLayout, readDescription, seq2seq, transformer } from 'qkv/models';
import { bytePairs, makeBatch } from 'qkv/text';
import { biasCorrections, evaluationGraph, trainingGraph, translationTask } from 'qkv/train';
import type { PlanKind } from './state';

/** How a model was trained, as training.json says. */
interface Recipe {
  readonly batchSize: number;
  readonly labelSmoothing: number;
  readonly optimizer: Parameters<typeof biasCorrections>[0];
  readonly clipNorm: number;
}

export interface ModelPlan {
  readonly plan: Plan;
  /** Inputs of the largest sizes. */
  readonly inputs: HostTensors;
  /** The compile effort that the library uses for it. */
  readonly startup: Startup;
}

async function textOf(folder: string, name: string): Promise<string> {
  const response = await fetch(new URL(name, folder));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.text();
}

/** Compiles a plan. @param folder address of the model's folder */
export async function planOf(folder: string, kind: PlanKind): Promise<ModelPlan> {
  const kinds = [transformer, bahdanau, seq2seq];
  const json = await textOf(folder, 'model.json');
  const { model, source, target } = readDescription(json, { kinds, codecs: [bytePairs] });
  const layout = modelLayout(model);
  const longest = model.maxLength - 1;
  const pair = {
    source: Array.from({ length: longest }, () => source.size - 1),
    target: Array.from({ length: longest }, () => target.size - 1),
  };
  if (kind === 'encode' || kind === 'step') {
    const strategy = greedy(target);
    const options = { maxBatch: 1, ids: target, strategy, attention: model.attends };
    if (kind === 'step') {
      return {
        plan: compileGraph(stepGraph(model, layout, options)),
        inputs: {},
        startup: 'quick',
      };
    }
    const one = makeBatch([pair]);
    const inputs = {
      source: { shape: [1, one.sourceLength], data: one.source },
      lengths: { shape: [1], data: one.sourceLengths },
    };
    return { plan: compileGraph(encodeGraph(model, layout, options)), inputs, startup: 'quick' };
  }
  const { recipe } = JSON.parse(await textOf(folder, 'training.json')) as {
    readonly recipe: Recipe;
  };
  const { batchSize, labelSmoothing, optimizer, clipNorm } = recipe;
  const task = translationTask(model, { maxBatch: batchSize, labelSmoothing, padId: target.pad });
  const fed = task.feed(makeBatch(Array.from({ length: batchSize }, () => pair)));
  if (kind === 'forward') {
    const plan = compileGraph(evaluationGraph(task, layout));
    return { plan, inputs: fed, startup: 'balanced' };
  }
  const inputs = {
    ...fed,
    dropoutKey: { shape: [1], data: Int32Array.of(1) },
    learningRate: { shape: [1], data: Float32Array.of(0) },
    corrections: { shape: [2], data: biasCorrections(optimizer, 1) },
  };
  const plan = compileGraph(trainingGraph(task, layout, { optimizer, clipNorm }));
  return { plan, inputs, startup: 'balanced' };
}
