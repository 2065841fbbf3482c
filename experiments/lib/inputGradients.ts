/**
 * The gradient of a loss at the last time step with respect to the inputs of all steps before, of a
 * recurrent cell with random parameters: what is computed, and its norms by distance. The page's
 * figure of vanishing gradients measures the same.
 */
import { type Random, random } from 'qkv/cpu';
import { gradients, type HostTensor, type Lookup, ops, type Tensors } from 'qkv/graph';
import { type CellName, cells } from 'qkv/nn';
import { matrixOfRadius } from './spectralRadius';

/** An initialised cell. */
export interface Subject {
  readonly cell: CellName;
  /** Initial bias of the gate that preserves the state, by the gate's index. */
  readonly keep?: { readonly gate: number; readonly bias: number };
}

export interface Sizes {
  readonly steps: number;
  readonly units: number;
  readonly batch: number;
}

/** Sizes that take seconds, with which the page's figure measures as well. */
export const SMALL: Sizes = { steps: 160, units: 32, batch: 1 };

/** The gate that preserves the state is the second one of an LSTM (forget) and of a GRU (update). */
export const KEEPING_GATE = 1;

/** Names of what the gradients are computed from. */
export type InputName = 'x' | 'weightIn' | 'weight' | 'bias' | 'goal';

/**
 * The inputs and parameters of a cell.
 * @param radius spectral radius of every gate's recurrent matrix
 */
export function subjectInputs(
  { cell, keep }: Subject,
  radius: number,
  { steps, units, batch }: Sizes,
  seed: number,
): Readonly<Record<InputName, HostTensor>> {
  const source = random(seed);
  const { gates } = cells[cell];
  const wide = gates * units;
  const bias = new Float32Array(wide);
  if (keep !== undefined) bias.fill(keep.bias, keep.gate * units, (keep.gate + 1) * units);
  return {
    x: normal(source, [batch, steps, units], 0.1),
    weightIn: normal(source, [wide, units], 1 / Math.sqrt(units)),
    weight: recurrentWeight(gates, units, radius, seed),
    bias: { shape: [wide], data: bias },
    goal: normal(source, [batch, units], 1 / Math.sqrt(units)),
  };
}

function normal(source: Random, shape: readonly number[], deviation: number): HostTensor {
  const length = shape.reduce((all, size) => all * size, 1);
  return { shape, data: Float32Array.from({ length }, () => source.normal() * deviation) };
}

/** Recurrent weights, with a matrix of the given spectral radius for every gate. */
function recurrentWeight(gates: number, units: number, radius: number, seed: number): HostTensor {
  const blocks = Array.from({ length: gates }, (_, gate) =>
    matrixOfRadius(units, radius, seed + 1 + gate),
  );
  return {
    shape: [gates * units, units],
    data: Float32Array.from(blocks.flatMap((block) => [...block])),
  };
}

/** The loss, which is the mean of goal · h at the last step, and its gradients. */
export function inputGradients(cell: CellName, input: Lookup): Tensors {
  const products = ops.matmul(input('x'), input('weightIn'), { transposeB: true });
  const { final } = ops.recurrence(cell, products, input('weight'), { bias: input('bias') });
  const loss = ops.mean(ops.sum(ops.mul(final.hidden, input('goal')), { axis: 1 }));
  const [x, weightIn, weight] = gradients(ops.reshape(loss, [1]), [
    input('x'),
    input('weightIn'),
    input('weight'),
  ]);
  if (!x || !weightIn || !weight) throw new Error('internal error: a gradient is missing');
  return { x, weightIn, weight };
}

/** The norm of the gradient of the input by its distance from the loss: 0, 1, 2, ... steps. */
export function normsByDistance(
  x: ArrayLike<number>,
  { steps, units, batch }: Sizes,
): readonly number[] {
  return Array.from({ length: steps }, (_, distance) => {
    let squares = 0;
    for (let b = 0; b < batch; b++) {
      const from = (b * steps + steps - 1 - distance) * units;
      for (let i = 0; i < units; i++) squares += Number(x[from + i]) ** 2;
    }
    return Math.sqrt(squares);
  });
}

/** The norm of several arrays together. */
export function jointNorm(arrays: readonly ArrayLike<number>[]): number {
  let squares = 0;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) squares += Number(array[i]) ** 2;
  }
  return Math.sqrt(squares);
}
