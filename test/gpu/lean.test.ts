/** Few dispatches, nothing created for another length, and short sentences cost less. */

import { random } from 'qkv/cpu';
import { Decoder } from 'qkv/generate';
import { compileGraph, dim, lowerPlan, Program, planBytes, StateStore, trace } from 'qkv/graph';
import { encode, modelLayout, transformerConfig, transformerModel } from 'qkv/models';
import { initialArena, PARAMETERS, parameterScope, parameterStates } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

const OPTIONS = {
  sourceVocabulary: 200,
  targetVocabulary: 200,
  modelSize: 64,
  heads: 4,
  feedForward: 128,
  encoderLayers: 3,
  decoderLayers: 3,
  maxLength: 32,
  dropout: 0,
} as const;

function ids(batch: number, length: number) {
  const source = random(length);
  return {
    shape: [batch, length],
    data: Int32Array.from({ length: batch * length }, () => 4 + source.below(190)),
  };
}
const lengths = (batch: number, length: number) => ({
  shape: [batch],
  data: new Int32Array(batch).fill(length),
});

describe('a transformer of 3 + 3 layers', () => {
  for (const normFirst of [false, true]) {
    it(`takes at most 110 dispatches forward, ${normFirst ? 'pre' : 'post'}-norm`, () => {
      const model = transformerModel({ ...OPTIONS, normFirst });
      const layout = modelLayout(model);
      const [B, S, T] = [dim('B', 4), dim('S', 32), dim('T', 32)];
      const graph = trace(
        (inputs, states) => {
          const scope = parameterScope(layout, states);
          const batch = {
            source: inputs('source'),
            sourceLengths: inputs('lengths'),
            targetInput: inputs('target'),
          };
          return { outputs: { logits: model.logits(scope, batch) } };
        },
        {
          inputs: {
            source: { dtype: 'i32', shape: [B, S] },
            lengths: { dtype: 'i32', shape: [B] },
            target: { dtype: 'i32', shape: [B, T] },
          },
          states: parameterStates(layout),
        },
      );
      const plan = compileGraph(graph);
      expect(planBytes(plan).owned).toBeGreaterThan(0);
      const count = lowerPlan(plan, device().target).length;
      console.log(`forward ${normFirst ? 'pre' : 'post'}-norm: ${count} dispatches`);
      expect(count).toBeLessThanOrEqual(110);
    });
  }

  it('takes at most 45 dispatches a decoding step, and creates nothing for another length', async () => {
    const model = transformerModel(OPTIONS);
    const layout = modelLayout(model);
    const states = new StateStore(device());
    const decoder = await Decoder.create(device(), model, layout, states, {
      maxBatch: 2,
      ids: { pad: 0, bos: 1, eos: 2 },
    });
    states.write(PARAMETERS, initialArena(layout, 1));
    console.log(
      `decoding: ${decoder.dispatchCounts.encode} dispatches to encode, ${decoder.dispatchCounts.step} a step, ${decoder.pipelineCount} pipelines`,
    );
    expect(decoder.dispatchCounts.step).toBeLessThanOrEqual(45);
    await decoder.decode(ids(1, 5), lengths(1, 5));
    const { gpu } = device();
    const before = { buffers: device().liveBuffers, pipelines: device().pipelines.size };
    let created = 0;
    const [bindGroup, pipeline] = [
      gpu.createBindGroup.bind(gpu),
      gpu.createComputePipelineAsync.bind(gpu),
    ];
    gpu.createBindGroup = (d) => {
      created++;
      return bindGroup(d);
    };
    gpu.createComputePipelineAsync = (d) => {
      created++;
      return pipeline(d);
    };
    await decoder.decode(ids(2, 19), lengths(2, 19));
    await decoder.decode(ids(1, 3), lengths(1, 3));
    gpu.createBindGroup = bindGroup;
    gpu.createComputePipelineAsync = pipeline;
    expect(created).toBe(0);
    expect({ buffers: device().liveBuffers, pipelines: device().pipelines.size }).toEqual(before);
    decoder.dispose();
    states.dispose();
  });

  it('encodes 4 tokens in under half the time of 20, at batch 64', async () => {
    const config = transformerConfig(OPTIONS);
    const layout = modelLayout(transformerModel(OPTIONS));
    const [B, S] = [dim('B', 64), dim('S', 32)];
    const graph = trace(
      (inputs, states) => {
        const scope = parameterScope(layout, states);
        return { outputs: { memory: encode(scope, config, inputs('source'), inputs('lengths')) } };
      },
      {
        inputs: { source: { dtype: 'i32', shape: [B, S] }, lengths: { dtype: 'i32', shape: [B] } },
        states: parameterStates(layout),
      },
    );
    const states = new StateStore(device());
    const program = await Program.create(device(), compileGraph(graph), states);
    states.write(PARAMETERS, initialArena(layout, 1));
    const time = async (length: number) => {
      const start = performance.now();
      program.run({ source: ids(64, length), lengths: lengths(64, length) });
      await device().gpu.queue.onSubmittedWorkDone();
      return performance.now() - start;
    };
    const best = new Map([
      [4, Infinity],
      [20, Infinity],
    ]);
    for (let round = 0; round < 6; round++) {
      for (const length of best.keys())
        best.set(length, Math.min(best.get(length)!, await time(length)));
    }
    console.log(
      `encoding at batch 64: 4 tokens ${best.get(4)!.toFixed(1)} ms, 20 tokens ${best.get(20)!.toFixed(1)} ms`,
    );
    expect(best.get(4)!).toBeLessThan(best.get(20)! / 2);
    program.dispose();
    states.dispose();
  });
});
