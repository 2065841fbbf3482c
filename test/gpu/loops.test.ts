/** Loops on the GPU: one program for every length, nothing created after it; random loops. */

import { evaluateGraph, NdArray, random } from 'qkv/cpu';
import { compileGraph, type Dim, dim, type Graph, Program, StateStore } from 'qkv/graph';
import { EPSILON, worstDifference } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { rnnGraph } from '../support/loops';
import { randomLoops, STATES } from '../support/randomLoops';

const device = useDevice();

const tolerance = {
  relative: 4096 * EPSILON,
  because: 'up to 12 steps forward and back: sums of up to 64 * 12 terms, tanh of 64 ULP a step',
};

function randomInputs(graph: Graph, sizes: ReadonlyMap<string, number>) {
  const source = random(sizes.get('L') ?? 0);
  const size = (d: Dim) => (typeof d === 'number' ? d : (sizes.get(d.key) ?? 0));
  return new Map(
    [...graph.inputs].map(([name, { shape }]) => {
      const zeros = new NdArray(shape.map(size));
      const data = zeros.data.map(() => Math.fround(source.normal() * 0.3));
      return [name, new NdArray(zeros.shape, data)] as const;
    }),
  );
}

const onHost = (arrays: ReadonlyMap<string, NdArray>) =>
  Object.fromEntries(
    [...arrays].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  );

describe('a tanh layer with its gradients', () => {
  for (const [from, to] of [
    [32, 64],
    [5, 7],
  ] as const) {
    it(`is right at every length with one program, [${from}] to [${to}]`, async () => {
      const graph = rnnGraph({ length: dim('L', 12), batch: dim('B', 4), from, to });
      const states = new StateStore(device());
      const program = await Program.create(device(), compileGraph(graph), states);
      const run = async (l: number, b: number) => {
        const sizes = new Map([
          ['L', l],
          ['B', b],
        ]);
        const inputs = randomInputs(graph, sizes);
        program.run(onHost(inputs));
        const got = await program.read(...graph.outputs.keys());
        const want = evaluateGraph(graph, inputs, new Map(), sizes).outputs;
        for (const [name, { data }] of want) {
          const difference = worstDifference(got[name]?.data ?? [], data, tolerance);
          expect(difference, `${name} at L=${l}, B=${b}`).toBeUndefined();
        }
      };
      await run(12, 4);
      const { gpu } = device();
      const before = { buffers: device().liveBuffers, pipelines: device().pipelines.size };
      let created = 0;
      const original = gpu.createBindGroup.bind(gpu);
      gpu.createBindGroup = (descriptor) => {
        created++;
        return original(descriptor);
      };
      try {
        for (const [l, b] of [
          [3, 2],
          [7, 4],
          [1, 1],
          [0, 3],
          [12, 1],
        ] as const) {
          await run(l, b);
        }
      } finally {
        gpu.createBindGroup = original;
      }
      expect(created).toBe(0);
      expect({ buffers: device().liveBuffers, pipelines: device().pipelines.size }).toEqual(before);
      program.dispose();
      states.dispose();
    });
  }
});

describe('random loops', () => {
  it('equal the oracle on 12 graphs', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const graph = randomLoops(random(seed));
      const states = new StateStore(device());
      const program = await Program.create(device(), compileGraph(graph), states);
      const start = new Map<string, NdArray>();
      for (const [name, { shape }] of Object.entries(STATES)) {
        const size = shape.map((d) => (typeof d === 'number' ? d : 5));
        const zeros = new NdArray(size);
        start.set(
          name,
          new NdArray(
            size,
            zeros.data.map((_, i) => Math.fround(Math.sin(i) / 3)),
          ),
        );
        if (graph.states.has(name))
          states.write(name, Float32Array.from(start.get(name)?.data ?? []));
      }
      const sizes = new Map([['L', 5]]);
      const inputs = randomInputs(graph, sizes);
      program.run(onHost(inputs), { sizes: { L: 5 } });
      const got = await program.read(...graph.outputs.keys());
      const want = evaluateGraph(graph, inputs, start, sizes).outputs;
      for (const [name, { data }] of want) {
        const difference = worstDifference(got[name]?.data ?? [], data, tolerance);
        expect(difference, `${name}, seed ${seed}`).toBeUndefined();
      }
      program.dispose();
      states.dispose();
    }
  });
});
