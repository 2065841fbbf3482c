/** A transformer: the forward pass as one plan, and the training step. */

import type { Device } from 'qkv';
import { compileGraph, dim, type Graph, ops, Program, StateStore, trace } from 'qkv/graph';
import { modelLayout, type TranslationModel, transformerModel } from 'qkv/models';
import {
  PARAMETERS,
  type ParameterLayout,
  packArena,
  parameterScope,
  parameterStates,
} from 'qkv/nn';
import { benchData } from '../data/transformer';
import { EPSILON, LONG_USE, type ModelSpec } from '../spec';
import { floats } from './floats';
import type { Planned } from './plan';
import { prepareTraining } from './training';

/** The library's model with these sizes. */
export function modelOf(spec: ModelSpec): TranslationModel {
  return transformerModel({
    sourceVocabulary: spec.vocabulary,
    targetVocabulary: spec.vocabulary,
    modelSize: spec.modelSize,
    heads: spec.heads,
    feedForward: spec.feedForward,
    encoderLayers: spec.layers,
    decoderLayers: spec.layers,
    dropout: 0,
    epsilon: EPSILON,
    tied: 'none',
    maxLength: spec.length,
  });
}

/** The graph of teacher forcing, with symbolic sizes as in the library's plans. */
function forwardGraph(model: TranslationModel, layout: ParameterLayout, spec: ModelSpec): Graph {
  const [B, S, T] = [dim('B', spec.batch), dim('S', spec.length), dim('T', spec.length)];
  return trace(
    (inputs, states) => {
      const scope = parameterScope(layout, states);
      const logits = model.logits(scope, {
        source: inputs('source'),
        sourceLengths: inputs('sourceLengths'),
        targetInput: inputs('targetInput'),
      });
      return { outputs: { logits, sums: ops.sum(logits, { axis: [1, 2] }) } };
    },
    {
      inputs: {
        source: { dtype: 'i32', shape: [B, S] },
        sourceLengths: { dtype: 'i32', shape: [B] },
        targetInput: { dtype: 'i32', shape: [B, T] },
      },
      states: parameterStates(layout),
    },
  );
}

function fullLengths({ batch, length }: ModelSpec): Int32Array<ArrayBuffer> {
  return new Int32Array(batch).fill(length);
}

export async function transformerForward(device: Device, spec: ModelSpec): Promise<Planned> {
  const data = benchData(spec);
  const model = modelOf(spec);
  const layout = modelLayout(model);
  const states = new StateStore(device);
  const plan = compileGraph(forwardGraph(model, layout, spec));
  const program = await Program.create(device, plan, states, LONG_USE);
  states.write(PARAMETERS, packArena(layout, data.weights));
  const shape = [spec.batch, spec.length];
  return {
    plans: [program.plan],
    async run() {
      program.run({
        source: { shape, data: data.source },
        sourceLengths: { shape: [spec.batch], data: fullLengths(spec) },
        targetInput: { shape, data: data.targetInput },
      });
      return floats((await program.read('sums')).sums.data);
    },
    values: async () => floats((await program.read('logits')).logits.data),
    dispose() {
      program.dispose();
      states.dispose();
    },
  };
}

export function transformerTraining(device: Device, spec: ModelSpec): Promise<Planned> {
  const data = benchData(spec);
  return prepareTraining(device, modelOf(spec), data.weights, data, spec);
}
