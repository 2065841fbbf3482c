/**
 * Kernels that work in place on states: whatever lies on the way to a state's next value keeps its
 * value for outputs and other states, over several runs.
 */
import { expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { printPlan } from '../../../src/compiler/plan/plan';
import { NdArray } from '../../../src/core/ndArray';
import { type Random, random } from '../../../src/core/random';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { runPlan } from '../../../src/cpu/planExecutor';
import type { Lookup } from '../../../src/graph/graph';
import { type Graph, printGraph, type Tensors, trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';
import { inFull } from '../../support/sample';

const SHAPE = [3, 4];
const TYPE = { dtype: 'i32', shape: SHAPE } as const;
const STATES = { p: TYPE, q: TYPE };

type Build = (state: Lookup) => { outputs: Tensors; updates: Tensors };

const graphOf = (build: Build): Graph =>
  trace((_, states) => build(states), { inputs: {}, states: STATES });

/** Runs a graph twice, as it is and planned, and compares all outputs and states. */
function check(graph: Graph, where: string): void {
  const plan = compileGraph(graph);
  const start = (from: number) => Float64Array.from({ length: 12 }, (_, i) => from + i);
  const data = new Map(Object.keys(STATES).map((name, i) => [name, start(100 * i)] as const));
  let states = new Map(
    [...data].map(([name, values]) => [name, new NdArray(SHAPE, values.slice())]),
  );
  for (let run = 0; run < 2; run++) {
    const want = evaluateGraph(graph, new Map(), states, new Map());
    const got = runPlan(plan, new Map(), data, new Map());
    states = new Map([...states, ...want.updates]);
    const context = `${where}, run ${run}\n${printGraph(graph)}\n${printPlan(plan)}`;
    for (const [name, value] of want.outputs) {
      expect(got.get(name)?.data, `${name}: ${context}`).toEqual(value.data);
    }
    for (const [name, value] of states) {
      expect(data.get(name), `${name}: ${context}`).toEqual(value.data);
    }
  }
}

const bump = ops.increment;

const KNOWN: Readonly<Record<string, Build>> = {
  'an output between two writes of a state': (state) => {
    const a = bump(state('p'));
    return { outputs: { a }, updates: { p: bump(a) } };
  },
  'a view of it': (state) => {
    const a = bump(state('p'));
    return { outputs: { a: ops.reshape(a, [12]) }, updates: { p: bump(a) } };
  },
  "another state's next value between two writes": (state) => {
    const a = bump(state('p'));
    return { outputs: {}, updates: { p: bump(a), q: a } };
  },
  'the same in the other order': (state) => {
    const a = bump(state('p'));
    return { outputs: {}, updates: { q: a, p: bump(a) } };
  },
  'two states that are swapped and written': (state) => ({
    outputs: {},
    updates: { p: bump(state('q')), q: bump(state('p')) },
  }),
  'a next value that is an output too': (state) => {
    const a = bump(state('p'));
    return { outputs: { a, b: ops.scale(a, 2) }, updates: { p: a, q: a } };
  },
};

it.each(Object.entries(KNOWN))('%s', (name, build) => check(graphOf(build), name));

it('an output has a storage of its own, which no other program changes', () => {
  const y = (state: Lookup) => bump(state('p'));
  const plans = [
    compileGraph(graphOf((state) => ({ outputs: { y: y(state) }, updates: { p: y(state) } }))),
    compileGraph(
      graphOf((state) => {
        const next = y(state);
        return { outputs: { next }, updates: { p: next } };
      }),
    ),
  ];
  for (const { outputs } of plans) {
    for (const { place } of outputs.values()) expect(place.storage.use.kind).not.toBe('state');
  }
});

const pick = <T>(source: Random, items: readonly T[]): T => items[source.below(items.length)]!;

/** A tensor that is made of these. */
function grown(source: Random, pool: readonly Tensor[]): Tensor {
  const [a, b] = [pick(source, pool), pick(source, pool)];
  const number = (value: number) => ops.fill([1], value, 'i32');
  const makes: readonly (() => Tensor)[] = [
    () => bump(a),
    () => bump(a),
    () => bump(ops.reshape(ops.reshape(a, [12]), SHAPE)),
    () =>
      ops.putRow(a, ops.reshape(ops.slice(b, { starts: [1, 0], ends: [2, 4] }), [4]), number(2)),
    () =>
      ops.reshape(
        ops.writeRows(ops.reshape(a, [1, 3, 4]), ops.reshape(b, [1, 3, 4]), number(1)),
        SHAPE,
      ),
    () => ops.add(a, b),
    () => ops.scale(a, 2),
  ];
  return pick(source, makes)();
}

it('random chains on two states', () => {
  for (let seed = 0; seed < inFull(20_000, 3_000); seed++) {
    const source = random(seed);
    const graph = graphOf((state) => {
      const pool = [state('p'), state('q')];
      for (let i = 2 + source.below(6); i > 0; i--) pool.push(grown(source, pool));
      const outputs = Object.fromEntries(
        Array.from({ length: source.below(3) }, (_, i) => [`o${i}`, pick(source, pool)]),
      );
      const names = source.shuffle(['p', 'q']).slice(0, 1 + source.below(2));
      return {
        outputs,
        updates: Object.fromEntries(names.map((name) => [name, pick(source, pool.slice(2))])),
      };
    });
    check(graph, `seed ${seed}`);
  }
});
