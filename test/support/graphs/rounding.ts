/**
 * What float32 may make of a graph's results, by Monte Carlo arithmetic (Parker 1997): the graph in
 * float64 several times, with every operand and every result changed by a few roundings at random. What
 * of the results moves, and how far, bounds what a device may differ by: little where the graph is well
 * conditioned, much where terms cancel, and without bound where a comparison is a matter of rounding.
 */
import {
  interpret,
  NdArray,
  type Random,
  type References,
  random,
  references,
  type Values,
  valueIn,
} from 'qkv/cpu';
import { graphNodes, type Op, sourceOf, tensorKey } from 'qkv/graph';
import type { Built } from './program';

type Arrays = ReadonlyMap<string, NdArray>;

type Call = Parameters<NonNullable<ReturnType<References['get']>>['compute']>[0];

/** Relative change of a value: exp and tanh are up to 58 units in the last place off. */
const CHANGE = 2 ** -18;

/** Relative error of a term of a sum: a thread may add all of them one after another. */
const TERM = 2 ** -24;

/**
 * Each is two: what one raises, the other lowers, so that ties fall to either side. What decides by values
 * is moved by other amounts in either, or the middle one of three that tie would stay.
 */
const SAMPLES = 4;

/** The sample in which what is compared is made equal, and what is divided by zero, where it is nearly so. */
const EQUALISING = 2;

/** Results that differ by more of their largest value between samples are a matter of rounding. */
const UNSTABLE = 1e-3;

/**
 * Of the largest magnitude of a result: what rounds within a single op, where the samples change nothing. The
 * gradient of attention's weights is a difference of products of exp, off by 58 units in the last place each:
 * its cases allow 8 * (64 + 4 * 18) * 2^-24 at the sizes of a small graph.
 */
const FLOOR = 2 ** -14;

/** By how much the samples' spread is multiplied: few samples seldom show the extremes. */
const MARGIN = 8;

export interface Expected {
  readonly value: NdArray;
  /** How far each element may be off; infinite where any value is right. */
  readonly bounds: Float64Array;
}

/** Outputs and states after each of so many runs, with bounds. */
export function expectedResults(
  built: Built,
  runs: number,
): readonly ReadonlyMap<string, Expected>[] {
  const exact = runAll(built, runs, references);
  // The last of them rounds nothing, and moves only what jumps: noise has a largest value above its mean.
  const samples = [...Array(SAMPLES).fill(CHANGE), 0].flatMap((change, seed) =>
    ([1, -1] as const).map((direction) =>
      runAll(
        built,
        runs,
        rounding(random(seed), {
          amount: change * direction,
          direction,
          equalises: seed === EQUALISING,
          sizes: random(2 * seed + (direction === 1 ? 1000 : 1001)),
        }),
      ),
    ),
  );
  return exact.map((results, run) => {
    const entries = [...results].map(([name, value]) => {
      const others = samples.map((sample) => sample[run]?.get(name) ?? value);
      return [name, { value, bounds: boundsOf(value, others) }] as const;
    });
    return new Map(entries);
  });
}

function boundsOf(value: NdArray, samples: readonly NdArray[]): Float64Array {
  let scale = 0;
  for (const x of value.data) if (Number.isFinite(x)) scale = Math.max(scale, Math.abs(x));
  return value.data.map((x, i) => {
    const spread = Math.max(...samples.map(({ data }) => Math.abs((data[i] ?? 0) - x)));
    if (!(spread <= UNSTABLE * scale)) return Number.POSITIVE_INFINITY;
    return MARGIN * spread + FLOOR * scale + 1e-30;
  });
}

/** Results of each run in turn: outputs, and all states as `state NAME`. */
function runAll(built: Built, runs: number, by: References): readonly Arrays[] {
  let states: Arrays = built.states;
  return Array.from({ length: runs }, () => {
    const values = evaluate(built, states, by);
    const { outputs, updates } = built.graph;
    const next = new Map([...updates].map(([name, tensor]) => [name, valueIn(values, tensor)]));
    states = new Map([...states, ...next]);
    const held = [...states].map(([name, value]) => [`state ${name}`, value] as const);
    return new Map([
      ...[...outputs].map(([name, tensor]) => [name, valueIn(values, tensor)] as const),
      ...held,
    ]);
  });
}

function evaluate({ graph, inputs, sizes }: Built, states: Arrays, by: References): Values {
  const values: Values = new Map();
  const nodes = graphNodes(graph);
  for (const node of nodes) {
    const source = sourceOf(node);
    if (source === undefined) continue;
    const known = source.kind === 'input' ? inputs : states;
    const value =
      source.kind === 'constant'
        ? new NdArray(source.data.shape, source.data.data)
        : known.get(source.name);
    if (value !== undefined) values.set(`${node.id}.0`, value);
  }
  for (const [name, tensor] of graph.inputs) set(values, tensorKey(tensor), inputs.get(name));
  for (const [name, tensor] of graph.states) set(values, tensorKey(tensor), states.get(name));
  interpret(nodes, values, sizes, by);
  return values;
}

function set(values: Values, key: string, value: NdArray | undefined): void {
  if (value !== undefined) values.set(key, value);
}

/** How a sample changes values. */
interface Change {
  /** Relative change of operands and results, at most. */
  readonly amount: number;
  /** Where operands move. */
  readonly direction: 1 | -1;
  /** How far operands move, as a part of the most. */
  readonly sizes: Random;
  /** Whether numbers that are compared are made equal where they are nearly so. */
  readonly equalises: boolean;
}

/** All references with operands and results changed at random; whole numbers stay as they are. */
function rounding(source: Random, change: Change): References {
  const all: Map<Parameters<References['get']>[0], ReturnType<typeof rounded>> = new Map();
  for (const [op, reference] of references)
    all.set(
      op,
      rounded(op, reference, source, change, () => all),
    );
  return all;
}

/** The largest value of float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** The smallest normal value of float32: below it a device may give 0. */
const LEAST_NORMAL = 2 ** -126;

/** The smallest value of float32. */
const LEAST = 2 ** -149;

/** Absolute errors of ops whose formula is ill conditioned within: the logarithm of a logarithm near 1. */
const OWN_ERRORS: Readonly<Record<string, number>> = { addGumbel: 2 ** -16 };

/** Ops whose operands may become equal by rounding, to which no random move brings two numbers. */
const COMPARISONS: ReadonlySet<string> = new Set([
  ...['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'],
]);

/**
 * Ops that jump where an operand passes a point or another operand. What they read may be off by as much as a
 * result may, so that a result which hangs on it has no bound.
 */
const JUMPING: ReadonlySet<string> = new Set([
  ...['round', 'floor', 'cast', 'mod', 'argmax', 'topK', 'sort', 'argsort', 'beamStep', 'nucleus'],
  ...COMPARISONS,
]);

/** Of those the ones where a single operand passes a fixed point. */
const POINTWISE: ReadonlySet<string> = new Set(['round', 'floor', 'cast']);

/** Of those the ones that compare sums of operands, so that a small operand is lost beside a large one. */
const OF_SUMS: ReadonlySet<string> = new Set(['beamStep']);

/** Ops with a pole, and which of their operands lies near it: what cancels to zero in float32 divides by zero. */
const POLES: Readonly<Record<string, number>> = { div: 1, rsqrt: 0, log: 0, pow: 0 };

/** Of the largest magnitude of an operand: what a sum of two of them may be off by. */
const CANCELLATION = 2 ** -23;

/** The largest magnitude of the finite elements of some operands. */
function largest(operands: readonly NdArray[]): number {
  const ofOne = ({ data }: NdArray) =>
    data.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  return Math.max(...operands.map(ofOne));
}

/** An operand whose elements are zero where rounding may make them so. */
function flushed({ shape, data }: NdArray, step: number): NdArray {
  return new NdArray(
    shape,
    data.map((x) => (Math.abs(x) <= step ? 0 : x)),
  );
}

/** Moves an operand by a step, in one direction in one of two samples; whole numbers stay. */
function moved({ shape, data }: NdArray, step: number, sign: () => number): NdArray {
  return new NdArray(
    shape,
    data.map((x) => (Number.isInteger(x) ? x : x + step * sign())),
  );
}

/**
 * Moves an operand to the nearest of numbers that lie a step apart, or to a whole number. They lie elsewhere
 * in one of two samples, so that two operands between two of them in one are beside one in the other.
 */
function snapped({ shape, data }: NdArray, step: number, direction: 1 | -1): NdArray {
  const from = direction === 1 ? 0 : step / 2;
  return new NdArray(
    shape,
    data.map((x) => {
      const whole = Math.round(x);
      if (step === 0 || Math.abs(x - whole) <= step) return whole;
      return Math.round((x - from) / step) * step + from;
    }),
  );
}

/**
 * Of how many terms a result can be a sum: along the op's axis or, without one, along one of the last two,
 * as in a product; and no fewer than the operands' elements for each result.
 */
function mostTerms({ attrs, inputs, outputs }: Call): number {
  const { axis }: { readonly axis?: unknown } = attrs;
  const lengths = inputs.flatMap(({ shape }) =>
    typeof axis === 'number' ? shape.slice(axis).slice(0, 1) : shape.slice(-2),
  );
  const most = (arrays: readonly NdArray[]) => Math.max(0, ...arrays.map(({ size }) => size));
  return Math.max(0, ...lengths, most(inputs) / Math.max(1, most(outputs)));
}

function rounded(
  { name, lowering }: Op,
  reference: NonNullable<ReturnType<References['get']>>,
  source: Random,
  { amount, direction, equalises, sizes }: Change,
  all: () => References,
) {
  const change = (x: number) => {
    // What depends on a value that overflows has no bound.
    if (Math.abs(x) > LARGEST) return Number.NaN;
    if (Number.isInteger(x)) return x;
    const size = Math.abs(x);
    if (size < LEAST || (size < LEAST_NORMAL && source.next() < 0.5)) return 0;
    return x * (1 + amount * (2 * source.next() - 1));
  };
  const compute: typeof reference.compute = (call) => {
    const changed = call.inputs.map(({ shape, data }) => new NdArray(shape, data.map(change)));
    const up = () => direction;
    const either = () =>
      (source.next() < 0.5 ? direction : -direction) * (0.5 + 0.5 * sizes.next());
    const isEqualised = equalises && COMPARISONS.has(name);
    const inputs = changed.map((input, i) => {
      const magnitude = largest(isEqualised || OF_SUMS.has(name) ? changed : [input]);
      if (isEqualised) return snapped(input, FLOOR * magnitude, direction);
      if (JUMPING.has(name)) {
        return moved(input, FLOOR * magnitude, POINTWISE.has(name) ? up : either);
      }
      if (POLES[name] !== i) return input;
      const step = CANCELLATION * magnitude;
      return equalises ? flushed(input, step) : moved(input, step, up);
    });
    reference.compute({ ...call, inputs, references: all() });
    const terms = mostTerms(call);
    const isSum = lowering.kind === 'kernel' && amount !== 0 && terms * TERM > CHANGE;
    // What is one of the operands' values was moved, and not summed.
    const given = new Set(isSum ? inputs.flatMap(({ data }) => [...data]) : []);
    const sumError = (x: number) =>
      isSum && !given.has(x) ? x * terms * TERM * direction * (2 * source.next() - 1) : 0;
    // WGSL may assume that there is no NaN: what an op makes of one is any value, flags too.
    const isLost = inputs.some(({ data }) => data.some(Number.isNaN));
    if (isLost) for (const { data } of call.outputs) data.fill(Number.NaN);
    const own = OWN_ERRORS[name] ?? 0;
    for (const { data } of call.outputs) {
      data.set(data.map((x) => change(x) + sumError(x) + own * (2 * source.next() - 1)));
    }
  };
  return { compute };
}
