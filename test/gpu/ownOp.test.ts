/** The example of an op from outside: traced, fused, differentiated, checked and profiled like ours. */
import {
  compileGraph,
  explain,
  ops,
  Program,
  printGraph,
  profile,
  StateStore,
  trace,
} from 'qkv/graph';
import {
  type Case,
  caseGraph,
  caseInputs,
  EPSILON,
  onGpu,
  onOracle,
  selfCheck,
  worstDifference,
} from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { unitRows } from '../../examples/ownOp';
import { useDevice } from '../support/device';
import { finiteDifferences, onPlan } from '../support/opCase';

const device = useDevice();

const rows = (name: string, shape: readonly number[]): Case => ({
  name,
  inputs: [{ shape }],
  build: (x) => {
    const y = unitRows(ops.scale(x, 2));
    return [ops.tanh(ops.add(y, x)), y];
  },
  tolerance: { relative: 300 * EPSILON, because: 'a sum of up to 33 squares, tanh to 58 ULP' },
});

const cases = [
  rows('one value', [1, 1]),
  rows('odd rows', [3, 17]),
  rows('many rows', [130, 5]),
  rows('three axes', [2, 3, 33]),
];

describe('an op of one’s own', () => {
  it.each(cases)('is right with $name: forward and gradient', async (item) => {
    const [graph, inputs] = [caseGraph(item, true), caseInputs(item)];
    const want = onOracle(graph, inputs);
    const [planned, got] = [onPlan(graph, inputs), await onGpu(device(), graph, inputs)];
    for (const [name, { data }] of want) {
      expect(planned.get(name)?.data).toEqual(data);
      const bound = { ...item.tolerance, relative: item.tolerance.relative * 8 };
      expect(worstDifference(got[name]?.data ?? [], data, bound), name).toBeUndefined();
    }
    const differences = finiteDifferences(item, inputs, 0);
    const bound = { relative: 1e-6, absolute: 1e-7, because: 'central differences, step 1e-5' };
    expect(worstDifference(want.get('d0')?.data ?? [], differences, bound)).toBeUndefined();
  });

  it('is fused with its neighbours and named in the profile', async () => {
    const graph = trace(
      (given) => ({ outputs: { y: ops.tanh(ops.add(unitRows(given('x')), given('b'))) } }),
      {
        inputs: { x: { dtype: 'f32', shape: [4, 8] }, b: { dtype: 'f32', shape: [8] } },
      },
    );
    expect(printGraph(graph)).toContain('= unitRows(');
    const plan = compileGraph(graph);
    expect(explain(plan).steps.map(({ ops }) => ops)).toEqual([['unitRows', 'add', 'tanh']]);
    const states = new StateStore(device());
    const program = await Program.create(device(), plan, states);
    program.run({
      x: { shape: [4, 8], data: new Float32Array(32).fill(3) },
      b: { shape: [8], data: new Float32Array(8).fill(0.25) },
    });
    const { y } = await program.read('y');
    expect(y.data[0]).toBeCloseTo(Math.tanh(Math.SQRT1_2 / 2 + 0.25), 6);
    const [dispatch] = await profile(program, 1);
    expect(dispatch).toMatchObject({ label: 'unitRows+add+tanh', kernel: 'unitRows' });
    program.dispose();
    states.dispose();
  });

  it('is checked on the device, and refused where it is found wrong', async () => {
    const { verdicts, runs } = await selfCheck(device(), { cases: { unitRows: cases } });
    expect(runs).toBeGreaterThanOrEqual(cases.length);
    expect(verdicts['unitRows: its kernel']).toBeDefined();
    expect(Object.values(verdicts).filter(({ failure }) => failure !== undefined)).toEqual([]);
    device().useTuning({
      choices: {},
      verdicts: { 'unitRows: its kernel': { wgsl: '', failure: 'wrong' } },
    });
    try {
      const graph = caseGraph(rows('one value', [1, 1]), false);
      const states = new StateStore(device());
      const created = Program.create(device(), compileGraph(graph), states);
      await expect(created).rejects.toThrow(/unitRows: no kernel is right on this adapter/);
    } finally {
      device().useTuning({ choices: {}, verdicts: {} });
    }
  });
});
