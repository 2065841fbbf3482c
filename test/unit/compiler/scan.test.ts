/**
 * Loops: one plan for every length equals the oracle, with gradients; gradients of weights are one
 * product after the loop; random loops, nested and in state, keep every hazard apart.
 */
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/autodiff/grad';
import { compileGraph } from '../../../src/compiler/compile';
import { groupName, type Place, type Plan, printPlan } from '../../../src/compiler/plan/plan';
import { nest, replay } from '../../../src/compiler/plan/replay';
import { inPlacePairs } from '../../../src/compiler/schedule/inPlace';
import { type Dim, dim } from '../../../src/core/dim';
import { defined, OptionError, ShapeError } from '../../../src/core/errors';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import type { TensorType } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { runPlan } from '../../../src/cpu/planExecutor';
import { type Graph, printGraph, trace } from '../../../src/graph/graph';
import { tensorKey } from '../../../src/graph/node';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';
import { rnnGraph } from '../../support/loops';
import { randomLoops, STATES } from '../../support/randomLoops';

/** Random values for types under given sizes. */
function valuesOf(
  types: Iterable<readonly [string, TensorType]>,
  sizes: ReadonlyMap<string, number>,
  seed: number,
): Map<string, NdArray> {
  const source = random(seed);
  const size = (d: Dim) => (typeof d === 'number' ? d : (sizes.get(d.key) ?? 0));
  return new Map(
    [...types].map(([name, { shape }]) => {
      const array = new NdArray(shape.map(size));
      return [
        name,
        new NdArray(
          array.shape,
          array.data.map(() => source.normal() * 0.3),
        ),
      ];
    }),
  );
}

/** Names of the steps of each loop, and of those outside. */
function stepsOf({ steps, loops }: Plan): {
  readonly loops: string[][];
  readonly outside: string[];
} {
  const names = steps.map(({ group }) => groupName(group));
  const isInside = (i: number) => loops.some(({ first, end }) => i >= first && i < end);
  return {
    loops: loops.map(({ first, end }) => names.slice(first, end)),
    outside: names.filter((_, i) => !isInside(i)),
  };
}

describe('one plan for every length', () => {
  for (const width of [5, 64]) {
    for (const reverse of [false, true]) {
      it(`equals the oracle, rows of ${width}${reverse ? ', in reverse' : ''}`, () => {
        const [L, B] = [dim('L', 7), dim('B', 3)];
        const graph = rnnGraph({ length: L, batch: B, from: width, to: width, reverse });
        const plan = compileGraph(graph);
        for (const [l, b] of [
          [3, 2],
          [7, 3],
          [1, 1],
          [0, 2],
          [2, 3],
          [6, 1],
        ] as const) {
          const sizes = new Map([
            ['L', l],
            ['B', b],
          ]);
          const inputs = valuesOf(graph.inputs, sizes, l * 10 + b);
          const want = evaluateGraph(graph, inputs, new Map(), sizes).outputs;
          const got = runPlan(plan, inputs, new Map(), sizes);
          for (const [name, { data }] of want) {
            const off = data.map((value, i) => Math.abs(value - (got.get(name)?.data[i] ?? NaN)));
            expect(Math.max(0, ...off), `${name} at L=${l}, B=${b}`).toBeLessThan(1e-12);
          }
        }
      });
    }
  }

  it('takes 2 steps an iteration for a tanh layer, and 3 backwards', () => {
    const graph = rnnGraph({ length: dim('L', 9), batch: dim('B', 4), from: 64, to: 128 });
    const { loops } = stepsOf(compileGraph(graph));
    expect(loops).toEqual([
      ['matmul', 'matmul+add+add+tanh+copy+copy'],
      ['add+mul+mul+sub', 'matmul', 'matmul'],
    ]);
  });
});

describe('gradients of weights', () => {
  /** h' = tanh(h U + x0 W0 + x1 W1 + ...) with the loss's gradients for the weights alone. */
  const weights = (count: number): Graph => {
    const names = Array.from({ length: count }, (_, i) => `w${i}`);
    const square: TensorType = { dtype: 'f32', shape: [64, 64] };
    return trace(
      (inputs) => {
        const u = inputs('u');
        const step = ops.scan(
          ([h = u], xs) => {
            const terms = xs.map((x, i) => ops.matmul(x, inputs(`w${i}`)));
            const next = ops.tanh(terms.reduce(ops.add, ops.matmul(h, u)));
            return { carry: [next], y: [] };
          },
          [inputs('h')],
          names.map((name) => inputs(`x${name}`)),
        );
        const loss = ops.sum(step.carry[0] ?? u);
        const wrt = ['u', ...names];
        const found = gradients(loss, wrt.map(inputs));
        return { outputs: Object.fromEntries(wrt.map((name, i) => [name, found[i] ?? loss])) };
      },
      {
        inputs: {
          h: { dtype: 'f32', shape: [2, 64] },
          u: square,
          ...Object.fromEntries(
            names.flatMap((name) => [
              [name, square],
              [`x${name}`, { dtype: 'f32', shape: [dim('L', 5), 2, 64] }],
            ]),
          ),
        },
      },
    );
  };

  it('are one product each after the loop; the loop does not grow with their number', () => {
    for (const count of [1, 2, 5]) {
      const { loops, outside } = stepsOf(compileGraph(weights(count)));
      expect(loops[1]).toEqual(['mul+mul+sub', 'matmul']);
      expect(outside.filter((name) => name === 'matmul')).toHaveLength(count + 1);
    }
  });

  it('are added up in a carry where no better way is known', () => {
    const graph = trace(
      (inputs) => {
        const [x, w] = [inputs('x'), inputs('w')];
        const { carry } = ops.scan(
          ([s = w], [row = w]) => ({ carry: [ops.add(s, ops.mul(row, ops.mul(w, w)))], y: [] }),
          [ops.fill([3], 0)],
          [x],
        );
        const loss = ops.sum(carry[0] ?? w);
        return { outputs: { dw: gradients(loss, [w])[0] ?? w } };
      },
      { inputs: { x: { dtype: 'f32', shape: [4, 3] }, w: { dtype: 'f32', shape: [3] } } },
    );
    const inputs = valuesOf(graph.inputs, new Map(), 3);
    const [x, w] = [inputs.get('x'), inputs.get('w')];
    const want = [0, 1, 2].map((i) =>
      [0, 1, 2, 3].reduce((sum, t) => sum + 2 * (w?.at(i) ?? 0) * (x?.at(t, i) ?? 0), 0),
    );
    const got = runPlan(compileGraph(graph), inputs, new Map(), new Map()).get('dw');
    want.forEach((value, i) => {
      expect(got?.at(i)).toBeCloseTo(value, 12);
    });
  });
});

describe('what nothing reads', () => {
  it('is not computed: a dead carry, its sequence and unread ys vanish', () => {
    const row: TensorType = { dtype: 'f32', shape: [64] };
    const graph = trace(
      (inputs) => {
        const { ys } = ops.scan(
          ([dead = inputs('a'), kept = inputs('b')], [x = inputs('a')]) => ({
            carry: [ops.tanh(dead), ops.add(kept, x)],
            y: [ops.exp(dead), ops.mul(kept, x)],
          }),
          [inputs('a'), inputs('b')],
          [inputs('x')],
        );
        return { outputs: { y: ys[1] ?? inputs('a') } };
      },
      { inputs: { a: row, b: row, x: { dtype: 'f32', shape: [3, 64] } } },
    );
    const plan = compileGraph(graph);
    expect(printPlan(plan)).not.toMatch(/tanh|exp/);
    expect(stepsOf(plan).outside).toEqual(['copy']);
  });
});

describe('random loops', () => {
  it('equal the oracle on 300 graphs and several lengths, over two runs each', () => {
    for (let seed = 0; seed < 300; seed++) {
      const graph = randomLoops(random(seed));
      const plan = compileGraph(graph);
      expect(forbiddenBindings(plan), `seed ${seed}`).toEqual([]);
      let start = valuesOf(Object.entries(STATES), new Map([['L', 5]]), seed);
      const memory = new Map([...start].map(([name, { data }]) => [name, data.slice()]));
      for (const length of [5, 5]) {
        const sizes = new Map([['L', length]]);
        const inputs = valuesOf(graph.inputs, sizes, seed + length);
        const want = evaluateGraph(graph, inputs, start, sizes);
        const got = runPlan(plan, inputs, memory, sizes);
        start = new Map([...start, ...want.updates]);
        const context = () => `seed ${seed}\n${printGraph(graph)}\n${printPlan(plan)}`;
        for (const [name, { data }] of want.outputs) {
          expectEqual(got.get(name)?.data, data, () => `${name} ${context()}`);
        }
        for (const [name, { data }] of start) {
          expectEqual(memory.get(name), data, () => `state ${name} ${context()}`);
        }
      }
      for (const length of [0, 1, 2]) {
        const sizes = new Map([['L', length]]);
        const inputs = valuesOf(graph.inputs, sizes, seed + length);
        const states = valuesOf(Object.entries(STATES), new Map([['L', length]]), seed);
        const padded = new Map(
          [...states].map(([name, { data }]) => {
            const all = new Float64Array(5 * 64 * 2);
            all.set(data);
            return [name, all];
          }),
        );
        const want = evaluateGraph(graph, inputs, states, sizes).outputs;
        const got = runPlan(plan, inputs, padded, sizes);
        for (const [name, { data }] of want) {
          expectEqual(got.get(name)?.data, data, () => `${name} at ${length}, seed ${seed}`);
        }
      }
    }
  });
});

/** Steps that WebGPU would reject: a buffer read and written at once, too many dynamic offsets. */
function forbiddenBindings(plan: Plan): readonly string[] {
  return plan.steps.flatMap(({ group }, i) => {
    const written = group.outputs.map((t) => placeIn(plan, t));
    const inPlace = inPlacePairs(group).map(([, from]) => tensorKey(from));
    const read = group.inputs
      .filter((t) => !inPlace.includes(tensorKey(t)))
      .map((t) => placeIn(plan, t));
    const storages = (place: Place, isOdd: boolean) =>
      isOdd && place.doubleBuffer !== undefined ? place.doubleBuffer.other.id : place.storage.id;
    const both = [false, true].some((isOdd) =>
      read.some((r) => written.some((w) => storages(r, isOdd) === storages(w, isOdd))),
    );
    const strides = [...read, ...written].filter((place) => place.strides !== undefined);
    return both || strides.length > 4 ? [`${i}: ${groupName(group)}`] : [];
  });
}

function placeIn(plan: Plan, tensor: Tensor): Place {
  return defined(plan.places.get(tensorKey(tensor)), 'place');
}

function expectEqual(
  got: Float64Array | undefined,
  want: Float64Array,
  context: () => string,
): void {
  const same = want.every((value, i) => Object.is(got?.[i], value) || got?.[i] === value);
  if (!same) expect(got, context()).toEqual(want);
}

describe('mistakes are named', () => {
  const at = (shape: readonly number[]) => ops.fill(shape, 0);

  it('a carry that changes its shape', () => {
    const run = () =>
      ops.scan(([c]) => ({ carry: [ops.reshape(c, [2, 1])], y: [] }), [at([2])], [at([3])]);
    expect(run).toThrow(ShapeError);
    expect(run).toThrow('carry 0 enters as f32[2] but leaves as f32[2,1]');
  });

  it('sequences of different lengths', () => {
    const run = () => ops.scan(() => ({ carry: [], y: [] }), [], [at([3, 2]), at([4, 2])]);
    expect(run).toThrow('sequence 1 is f32[4,2], expected [3, ...]');
  });

  it('no sequence and no length', () => {
    expect(() => ops.scan(() => ({ carry: [], y: [] }), [], [])).toThrow(OptionError);
  });

  it('a carry that is lost', () => {
    // @ts-expect-error: TypeScript counts the carries, too.
    const run = () => ops.scan(() => ({ carry: [], y: [] }), [at([2])], [at([3])]);
    expect(run).toThrow('1 carries enter but 0');
  });
});

describe('replay', () => {
  it('repeats loops, inner ones in each iteration, and skips those of no length', () => {
    const loops = [
      { first: 1, end: 5, length: 2 },
      { first: 1, end: 3, length: 3 },
      { first: 5, end: 6, length: 0 },
    ];
    const visited: string[] = [];
    const iterations = [0, 0, 0];
    replay(nest(7, loops), [2, 3, 0], iterations, (i) => {
      visited.push(`${i}${i === 0 || i > 4 ? '' : `.${iterations[0]}`}`);
    });
    const inner = (i: number) => [1, 2, 1, 2, 1, 2, 3, 4].map((step) => `${step}.${i}`);
    expect(visited).toEqual(['0', ...inner(0), ...inner(1), '6']);
    expect(iterations).toEqual([2, 3, 0]);
  });
});
