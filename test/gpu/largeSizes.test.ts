/** Sizes past every limit of a grid: right where a kernel can be folded, refused by name where not. */

import { NdArray } from 'qkv/cpu';
import {
  compileGraph,
  gradients,
  type Lookup,
  lowerPlan,
  ops,
  type Tensors,
  type TensorType,
  trace,
} from 'qkv/graph';
import {
  allCases,
  caseGraph,
  caseInputs,
  differentiable,
  firstFault,
  onGpu,
  onOracle,
} from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';

const device = useDevice();

/** A dimension of a grid and a little more. */
const MANY = 65_540;

/** Every twelfth case in the sample: as each dispatch is folded, kernels differ from those of other tests. */
for (const [folder, cases] of Object.entries(allCases())) {
  describe(`${folder}, over a grid of one workgroup in each dimension`, () => {
    it.each(sampled(cases, 12))('$name', async (opCase) => {
      const graph = caseGraph(opCase, differentiable(opCase).length > 0);
      const inputs = caseInputs(opCase);
      const target = { ...device().target, maxWorkgroups: 1 };
      const got = await onGpu(device(), graph, inputs, target);
      expect(firstFault(opCase, got, onOracle(graph, inputs))).toBeUndefined();
    });
  });
}

type Inputs = Readonly<Record<string, TensorType>>;

/** Results on the device, of inputs that count from 1 to 7 and begin again. */
async function run(types: Inputs, build: (inputs: Lookup) => Tensors) {
  const graph = trace((lookup) => ({ outputs: build(lookup) }), { inputs: types });
  const values = Object.entries(types).map(([name, { shape }]) => {
    const value = new NdArray(shape.map(Number));
    return [
      name,
      new NdArray(
        value.shape,
        value.data.map((_, i) => 1 + (i % 7)),
      ),
    ] as const;
  });
  const inputs = new Map(values);
  return { got: await onGpu(device(), graph, inputs), want: onOracle(graph, inputs) };
}

const f32 = (...shape: readonly number[]): TensorType => ({ dtype: 'f32', shape });

describe('more workgroups than a dimension of a grid has', () => {
  it('are right in a batch of products', async () => {
    const types = { x: f32(MANY, 2, 1), w: f32(MANY, 1, 2) };
    const { got, want } = await run(types, (input) => ({ y: ops.matmul(input('x'), input('w')) }));
    expect(got.y?.data).toEqual(Float32Array.from(want.get('y')?.data ?? []));
  });

  it('are right in the gradient of a batch of products, an epilogue behind each', async () => {
    const types = { x: f32(MANY, 1, 1), w: f32(MANY, 1, 1) };
    const { got, want } = await run(types, (input) => {
      const y = ops.scale(ops.matmul(input('x'), input('w')), 2);
      const [dx, dw] = gradients(ops.sum(y), [input('x'), input('w')]);
      return { y, dx: dx ?? y, dw: dw ?? y };
    });
    for (const name of ['y', 'dx', 'dw']) {
      expect(got[name]?.data).toEqual(Float32Array.from(want.get(name)?.data ?? []));
    }
  });

  it('are right in the gradient of a step of a recurrent cell', async () => {
    const types = { x: f32(MANY, 1), h: f32(MANY, 1), w: f32(1, 1) };
    const { got, want } = await run(types, (input) => {
      const x = ops.scale(input('x'), 0.01);
      const { hidden } = ops.recurrenceStep('tanh', x, input('w'), { hidden: x });
      const [dx] = gradients(ops.sum(hidden), [input('x')]);
      return { dx: dx ?? x };
    });
    const [found, expected] = [got.dx?.data ?? [], want.get('dx')?.data ?? []];
    expect(found.length).toBe(MANY);
    for (const at of [0, 1, 65_534, 65_535, 65_536, MANY - 1]) {
      expect(found[at]).toBeCloseTo(expected[at] ?? Number.NaN, 6);
    }
  });

  it('are refused by name where no grid holds them', () => {
    const types = { x: f32(2 ** 20, 2 ** 12, 1), w: f32(2 ** 20, 1, 2 ** 12) };
    const graph = trace((input) => ({ outputs: { y: ops.matmul(input('x'), input('w')) } }), {
      inputs: types,
    });
    const lower = () => lowerPlan(compileGraph(graph), { ...device().target, startup: 'quick' });
    expect(lower).toThrow(/matmul, kernel \w+: needs .* workgroups, WebGPU has 65535 a dimension/);
  });
});
