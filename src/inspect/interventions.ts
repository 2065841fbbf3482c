/**
 * Interventions: which elements of a model's values a run replaces, and by what. They are inputs of
 * a run, so that other heads, positions and values compile nothing.
 */

import type { InputTypes } from '../core/batch';
import { type Dim, dimBound, dimsEqual, type SizeTable } from '../core/dim';
import { defined, OptionError } from '../core/errors';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import { evaluateShape, type Shape, type TensorType } from '../core/shape';
import { SizeSolver } from '../core/sizes';
import { CHOICES } from './observation';
import { checkPatterns, matches, type Pattern } from './pattern';

/**
 * Replaces elements of a named value while a model runs, for all sequences of the batch: plain
 * data, which a worker can be sent. An axis that is left out means all of it.
 */
export interface Intervention {
  /** The name of a value, or a pattern of several. */
  readonly value: Pattern;
  /** Indices of heads, where the value has an axis of heads: [heads, steps, columns]. */
  readonly heads?: readonly number[];
  /** Positions in the sequence. Those at or past its end have no effect. */
  readonly steps?: readonly number[];
  /** Indices along the last axis: keys of attention weights, units of a gate. */
  readonly columns?: readonly number[];
  /**
   * A number, or one for each column, followed by zeros (default: the value is switched off; it is
   * zeros, or what it would be without this part of the model).
   */
  readonly to?: number | readonly number[];
}

/** Switches heads of attention off. @param attention path, such as 'encoder.layers.0.self_attn' */
export function withoutHeads(attention: string, heads?: readonly number[]): Intervention {
  return { value: `${attention}.context`, ...(heads && { heads }) };
}

/**
 * Switches positions off: the model no longer knows the order of its inputs, except by masks.
 * @param value pattern of the positions of one part (default: of all)
 */
export function withoutPositions(value: Pattern = '**positions'): Intervention {
  return { value };
}

/**
 * Forces the attention weights of a step.
 * @param attention path, such as 'attention'  @param weights of each key, which sum to 1
 * @param heads indices of heads (default: all)
 * @throws OptionError for weights that are not a distribution
 */
export function forcedWeights(
  attention: string,
  step: number,
  weights: readonly number[],
  heads?: readonly number[],
): Intervention {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(Math.abs(sum - 1) < 1e-3 && weights.every((weight) => weight >= 0))) {
    throw new OptionError(
      `forcedWeights: expected weights of at least 0 that sum to 1, found [${weights}]`,
    );
  }
  return { value: `${attention}.weights`, steps: [step], to: weights, ...(heads && { heads }) };
}

/** Clamps a gate. @param gate its name, such as 'encoder.forget_gate_l0'  @param to 0 to 1 */
export function clampedGate(
  gate: Pattern,
  to: number,
  at: Pick<Intervention, 'steps' | 'columns'> = {},
): Intervention {
  return { value: gate, to, ...at };
}

/** A value that runs can replace. */
export interface Replaceable {
  readonly type: TensorType;
  /** Whether the model says what stands for the value where it is switched off. */
  readonly hasAbsent: boolean;
}

/** Names of the inputs that replace elements of a value. */
export const inputNames = (name: string) =>
  ({ choice: `intervention choice ${name}`, given: `intervention given ${name}` }) as const;

/** Types of those inputs for all replaceable values. */
export function interventionTypes(
  replaceable: ReadonlyMap<string, Replaceable>,
): Readonly<Record<string, TensorType>> {
  return Object.fromEntries(
    [...replaceable].flatMap(([name, { type }]) => {
      const names = inputNames(name);
      return [
        [names.choice, { dtype: 'i32', shape: type.shape } as const],
        [names.given, type],
      ];
    }),
  );
}

/**
 * The inputs of a run that replace values.
 * @param types of the other inputs, whose first axis is the batch  @param given the other inputs
 * @throws OptionError for a pattern without a match, an axis that a value lacks, an index outside
 *   it, or more numbers than columns
 */
export function interventionInputs(
  replaceable: ReadonlyMap<string, Replaceable>,
  interventions: readonly Intervention[],
  types: InputTypes,
  given: HostTensors,
): HostTensors {
  if (replaceable.size === 0 && interventions.length === 0) return {};
  checkPatterns(
    interventions.map(({ value }) => value),
    [...replaceable.keys()],
  );
  const sizes = sizesOf(types, given);
  const [batch = 1] = Object.values(types)[0]?.shape ?? [];
  const inputs: Record<string, HostTensor> = {};
  for (const [name, { type, hasAbsent }] of replaceable) {
    const shape = evaluateShape(type.shape, sizes);
    const length = shape.reduce((product, size) => product * size, 1);
    const choice = new Int32Array(length);
    const numbers = new Float32Array(length);
    for (const intervention of interventions) {
      if (!matches([intervention.value], name)) continue;
      const { to } = intervention;
      const which = to === undefined && hasAbsent ? CHOICES.absent : CHOICES.given;
      for (const { at, column } of elementsOf(name, type.shape, shape, batch, intervention)) {
        choice[at] = which;
        numbers[at] = typeof to === 'number' ? to : (to?.[column] ?? 0);
      }
    }
    const names = inputNames(name);
    inputs[names.choice] = { shape, data: choice };
    inputs[names.given] = { shape, data: numbers };
  }
  return inputs;
}

/** The sizes of a run with these inputs. @throws OptionError for a missing input; ShapeError */
export function sizesOf(types: InputTypes, inputs: HostTensors): SizeTable {
  const shapes = Object.entries(types);
  const bounds = new Map<string, number>();
  for (const size of shapes.flatMap(([, { shape }]) => shape)) {
    if (typeof size !== 'number') for (const [name, most] of size.bounds) bounds.set(name, most);
  }
  const solver = new SizeSolver(bounds);
  for (const [name, { shape }] of shapes) {
    const input = inputs[name];
    if (input === undefined) throw new OptionError(`inspect: no input '${name}'; pass it to run`);
    solver.match(name, shape, input.shape);
  }
  return solver.finish();
}

/** The elements that an intervention replaces, each with the place of its column among those given. */
function elementsOf(
  name: string,
  symbolic: Shape,
  shape: readonly number[],
  batch: Dim,
  { heads, steps, columns, to }: Intervention,
): readonly { readonly at: number; readonly column: number }[] {
  const first = symbolic[0];
  const hasBatch = first !== undefined && dimsEqual(first, batch);
  const axes = shape.slice(hasBatch ? 1 : 0);
  const bounds = symbolic.slice(hasBatch ? 1 : 0).map(dimBound);
  const chosen = [heads, steps, columns].slice(-Math.max(axes.length, 1));
  const asked = { heads, steps, columns };
  const missing = (['heads', 'steps', 'columns'] as const).find(
    (axis, i) => asked[axis] !== undefined && i < 3 - axes.length && !isWhole(axis, asked[axis]),
  );
  if (missing !== undefined || axes.length > 3) {
    throw new OptionError(
      `intervention: '${name}' ${axes.length > 3 ? 'has too many axes' : `has no axis of ${missing}`}; ` +
        'leave it out',
    );
  }
  const indices = axes.map((size, axis) => {
    const list = chosen[axis] ?? Array.from({ length: size }, (_, i) => i);
    const most = defined(bounds[axis], 'axis');
    const wrong = list.find((i) => !(Number.isInteger(i) && i >= 0 && i < most));
    if (wrong !== undefined) {
      const axisName = ['heads', 'steps', 'columns'][axis + 3 - axes.length];
      throw new OptionError(
        `intervention: ${axisName} of '${name}' are 0 to ${most - 1}, found ${wrong}`,
      );
    }
    return list;
  });
  // In self-attention the keys are steps, of which a run may have fewer than the numbers are for.
  const [rows, keys] = symbolic.slice(-2);
  const isSelf = rows !== undefined && keys !== undefined && dimsEqual(rows, keys);
  const wide = columns?.length ?? (isSelf ? bounds.at(-1) : axes.at(-1)) ?? 1;
  let places: readonly { readonly at: number; readonly column: number }[] = [{ at: 0, column: 0 }];
  axes.forEach((size, axis) => {
    const list = defined(indices[axis], 'axis');
    places = places.flatMap(({ at }) =>
      list.flatMap((i, column) => (i < size ? [{ at: at * size + i, column }] : [])),
    );
  });
  if (typeof to === 'object' && places.length > 0 && to.length > wide) {
    throw new OptionError(
      `intervention: '${name}' has ${wide} columns here, found ${to.length} numbers for them`,
    );
  }
  const each = axes.reduce((product, size) => product * size, 1);
  const sequences = hasBatch ? (shape[0] ?? 0) : 1;
  return Array.from({ length: sequences }, (_, b) =>
    places.map(({ at, column }) => ({ at: b * each + at, column })),
  ).flat();
}

/** Attention with a single head has no axis of heads; its only head is 0. */
function isWhole(axis: string, indices: readonly number[]): boolean {
  return axis === 'heads' && indices.every((head) => head === 0);
}
