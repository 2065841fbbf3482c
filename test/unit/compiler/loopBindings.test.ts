/**
 * Bindings with dynamic offsets are few. Parts of a loop for which none is left are copied before
 * the loop, or gathered and scattered by index; each kind of part is in one of these graphs.
 */
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/autodiff/grad';
import { compileGraph } from '../../../src/compiler/compile';
import { groupName, type Plan } from '../../../src/compiler/plan/plan';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { runPlan } from '../../../src/cpu/planExecutor';
import { trace } from '../../../src/graph/graph';
import { tensorKey } from '../../../src/graph/node';
import type { Tensor } from '../../../src/graph/op';
import { DYNAMIC_BINDINGS } from '../../../src/graph/target';
import { ops } from '../../../src/ops';

const ROWS = { dtype: 'f32', shape: [3, 64] } as const;
const ROW = { dtype: 'f32', shape: [64] } as const;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

const sequences = Object.fromEntries(NAMES.map((name) => [name, ROWS]));

/** The sum of six sequences' rows in one step. */
const manySequences = trace(
  (inputs) => {
    const { carry } = ops.scan(
      ([h], rows) => ({ carry: [ops.tanh(rows.reduce(ops.add, h))], y: [] }),
      [inputs('h')],
      NAMES.map(inputs),
    );
    return { outputs: { last: carry[0] } };
  },
  { inputs: { h: ROW, ...sequences } },
);

/** Six rows of outputs, computed in one step. */
const manyOutputs = trace(
  (inputs) => {
    const { ys } = ops.scan(
      ([h], [row]) => {
        const next = ops.tanh(ops.add(h, row));
        const y = NAMES.map((_, i) => ops.scale(next, i + 2));
        return { carry: [next], y };
      },
      [inputs('h')],
      [inputs('a')],
    );
    return { outputs: Object.fromEntries(ys.map((y, i) => [`y${i}`, y])) };
  },
  { inputs: { h: ROW, a: ROWS } },
);

/** A carry that is stacked for a gradient, and whose next value is four rows of outputs as well. */
const carryAndOutputs = trace(
  (inputs) => {
    const { carry, ys } = ops.scan(
      ([h]) => {
        const next = ops.mul(h, h);
        return { carry: [next], y: [next, next, next, next] };
      },
      [inputs('h')],
      [],
      { length: 3 },
    );
    const loss = ys.map((y, i) => ops.scale(ops.sum(y), i + 1)).reduce(ops.add, ops.sum(carry[0]));
    const [dh] = gradients(loss, [inputs('h')]);
    return { outputs: { loss, dh: dh ?? loss } };
  },
  { inputs: { h: ROW } },
);

/** A loop inside of a loop, whose constants are six rows of the outer loop's sequences. */
const manyConstants = trace(
  (inputs) => {
    const { carry } = ops.scan(
      ([outer], rows) => {
        const inner = ops.scan(
          ([h]) => ({ carry: [ops.tanh(rows.reduce(ops.add, h))], y: [] }),
          [outer],
          [],
          { length: 2 },
        );
        return { carry: inner.carry, y: [] };
      },
      [inputs('h')],
      NAMES.map(inputs),
    );
    return { outputs: { last: carry[0] } };
  },
  { inputs: { h: ROW, ...sequences } },
);

/** Dynamic offsets of each step that needs more than a device has. */
function excess({ steps, places }: Plan): readonly string[] {
  return steps.flatMap(({ group }) => {
    const hasStrides = (tensor: Tensor) => places.get(tensorKey(tensor))?.strides !== undefined;
    const count = [...group.inputs, ...group.outputs].filter(hasStrides).length;
    return count > DYNAMIC_BINDINGS ? [`${groupName(group)}: ${count}`] : [];
  });
}

/** How often the ops that copy, gather and scatter are in the loops of a plan. */
function moves({ steps, loops }: Plan) {
  const inside = steps.filter((_, i) => loops.some(({ first, end }) => first <= i && i < end));
  const ops = inside.flatMap(({ group }) => groupName(group).split('+'));
  const count = (name: string) => ops.filter((op) => op === name).length;
  return { copy: count('copy'), takeRow: count('takeRow'), writeRows: count('writeRows') };
}

const cases = [
  { part: 'sequences', graph: manySequences, expected: { copy: 0, takeRow: 2, writeRows: 0 } },
  { part: 'outputs', graph: manyOutputs, expected: { copy: 0, takeRow: 1, writeRows: 1 } },
  // Four copies are rows of outputs; two sequences of the backward loop are gathered.
  {
    part: 'uses of a carry',
    graph: carryAndOutputs,
    expected: { copy: 4, takeRow: 2, writeRows: 1 },
  },
  // Two constants are copied before the inner loop, and three copies pass on the carries.
  { part: 'constants', graph: manyConstants, expected: { copy: 5, takeRow: 0, writeRows: 0 } },
];

describe.each(cases)('a loop with more $part than bindings', ({ graph, expected }) => {
  const plan = compileGraph(graph);

  it('binds no more dynamic offsets than a device has', () => {
    expect(excess(plan)).toEqual([]);
    expect(moves(plan)).toEqual(expected);
  });

  it('equals the oracle', () => {
    const source = random(7);
    const inputs = new Map(
      [...graph.inputs].map(([name, { shape }]) => {
        const zeros = new NdArray(shape.map(Number));
        return [
          name,
          new NdArray(
            zeros.shape,
            zeros.data.map(() => source.normal() * 0.3),
          ),
        ];
      }),
    );
    const sizes = new Map<string, number>();
    const want = evaluateGraph(graph, inputs, new Map(), sizes).outputs;
    const got = runPlan(plan, inputs, new Map(), sizes);
    for (const [name, { data }] of want) {
      const off = data.map((value, i) => Math.abs(value - (got.get(name)?.data[i] ?? NaN)));
      expect(Math.max(...off), name).toBeLessThan(1e-12);
    }
  });
});
