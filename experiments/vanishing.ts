/**
 * How do gradients vanish or explode over time (Hochreiter 1991; Bengio et al. 1994; Pascanu et al.
 * 2013)? Measures the norm of d(loss at the last time step)/d(input) by the distance between them.
 */

import { random } from 'qkv/cpu';
import { compute, gradients, type HostTensor, ops } from 'qkv/graph';
import { type CellName, cells } from 'qkv/nn';
import { type Experiment, type Run, textTable } from './lib/experiment';
import { matrixOfRadius } from './lib/spectralRadius';

/** An initialised cell. */
interface Subject {
  readonly label: string;
  readonly cell: CellName;
  /** Initial bias of the gate that preserves the state, by the gate's index. */
  readonly keep?: { readonly gate: number; readonly bias: number };
}

const SUBJECTS: readonly Subject[] = [
  { label: 'RNN (tanh)', cell: 'tanh' },
  { label: 'RNN (ReLU)', cell: 'relu' },
  { label: 'LSTM', cell: 'lstm' },
  { label: 'LSTM, forget bias 4', cell: 'lstm', keep: { gate: 1, bias: 4 } },
  { label: 'GRU', cell: 'gru' },
  { label: 'GRU, update bias 4', cell: 'gru', keep: { gate: 1, bias: 4 } },
];

/** Spectral radius of every gate's recurrent matrix. */
const RADII = [0.8, 1.8];

/** Largest gradient norm with clipping. */
const CLIP = 1;

const SETTINGS = {
  small: { steps: 24, units: 16, batch: 4 },
  full: { steps: 100, units: 64, batch: 32 },
} as const;

interface Curve {
  readonly label: string;
  readonly radius: number;
  /** Norm of the gradient of the input, by distance from the loss in time steps: 0, 1, 2, ... */
  readonly norms: readonly number[];
  /** Norm of the gradient of all parameters. */
  readonly weightNorm: number;
  /** The same as `norms`, after clipping. */
  readonly clipped: readonly number[];
}

async function measure({ device, size, seed }: Run, subject: Subject, radius: number) {
  const { steps, units, batch } = SETTINGS[size];
  const source = random(seed);
  const normal = (shape: readonly number[], deviation: number): HostTensor => ({
    shape,
    data: Float32Array.from({ length: product(shape) }, () => source.normal() * deviation),
  });
  const { gates } = cells[subject.cell];
  const wide = gates * units;
  const inputs = {
    x: normal([batch, steps, units], 0.1),
    weightIn: normal([wide, units], 1 / Math.sqrt(units)),
    weight: recurrentWeight(gates, units, radius, seed),
    bias: keepingBias(subject, gates, units),
    goal: normal([batch, units], 1 / Math.sqrt(units)),
  };
  const found = await compute(device, inputs, (input) => {
    const products = ops.matmul(input('x'), input('weightIn'), { transposeB: true });
    const bias = input('bias');
    const { final } = ops.recurrence(subject.cell, products, input('weight'), { bias });
    const loss = ops.mean(ops.sum(ops.mul(final.hidden, input('goal')), { axis: 1 }));
    const [x, weightIn, weight] = gradients(ops.reshape(loss, [1]), [
      input('x'),
      input('weightIn'),
      input('weight'),
    ]);
    if (!x || !weightIn || !weight) throw new Error('internal error: a gradient is missing');
    return { x, weightIn, weight };
  });
  const { x, weightIn, weight } = found;
  return curve(subject.label, radius, [batch, steps, units], x, [weightIn, weight]);
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

function keepingBias({ keep }: Subject, gates: number, units: number): HostTensor {
  const data = new Float32Array(gates * units);
  if (keep !== undefined) data.fill(keep.bias, keep.gate * units, (keep.gate + 1) * units);
  return { shape: [gates * units], data };
}

function curve(
  label: string,
  radius: number,
  [batch = 0, steps = 0, units = 0]: readonly number[],
  x: HostTensor | undefined,
  weights: readonly (HostTensor | undefined)[],
): Curve {
  const norms = Array.from({ length: steps }, (_, distance) => {
    let squares = 0;
    for (let b = 0; b < batch; b++) {
      const from = (b * steps + steps - 1 - distance) * units;
      for (let i = 0; i < units; i++) squares += Number(x?.data[from + i]) ** 2;
    }
    return Math.sqrt(squares);
  });
  const squares = weights.map((w) => [...(w?.data ?? [])].reduce((sum, v) => sum + v * v, 0));
  const weightNorm = Math.sqrt(squares.reduce((sum, value) => sum + value, 0));
  const factor = Math.min(1, CLIP / weightNorm);
  return { label, radius, norms, weightNorm, clipped: norms.map((norm) => norm * factor) };
}

const product = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

function report(curves: readonly Curve[]): string {
  const last = (norms: readonly number[]) => norms.at(-1) ?? 0;
  const rows = curves.map(({ label, radius, norms, weightNorm, clipped }) => [
    label,
    radius,
    (norms[0] ?? 0).toExponential(1),
    last(norms).toExponential(1),
    (last(norms) / (norms[0] ?? 1)).toExponential(1),
    weightNorm.toExponential(1),
    last(clipped).toExponential(1),
  ]);
  const far = (curves[0]?.norms.length ?? 1) - 1;
  const head = ['gradient norm', 'radius', 'at 0', `at ${far}`, 'ratio', 'of weights'];
  return textTable([[...head, `clipped, at ${far}`], ...rows]);
}

function charts(curves: readonly Curve[]) {
  const chart = (radius: number, clips: boolean) => ({
    kind: 'lines' as const,
    title: `Gradient at the input, spectral radius ${radius}${clips ? `, clipped to norm ${CLIP}` : ''}`,
    x: { name: 'steps between the input and the loss' },
    y: { name: 'norm of the gradient', log: true },
    lines: Object.fromEntries(
      curves
        .filter((item) => item.radius === radius)
        .map(({ label, norms, clipped }) => [
          label,
          (clips ? clipped : norms).map((norm, distance): [number, number] => [distance, norm]),
        ]),
    ),
  });
  return Object.fromEntries(
    RADII.flatMap((radius) => [
      [`radius-${radius}`, chart(radius, false)],
      [`radius-${radius}-clipped`, chart(radius, true)],
    ]),
  );
}

export const vanishing: Experiment = {
  name: 'vanishing',
  question: 'How much of a gradient reaches an input from far back?',
  minutes: { small: 0.1, full: 0.2 },
  async perform(run) {
    const curves = await run.stage('curves', async (progress) => {
      const found: Curve[] = [];
      for (const radius of RADII) {
        for (const subject of SUBJECTS) {
          found.push(await measure(run, subject, radius));
          progress(found.length, RADII.length * SUBJECTS.length, subject.label);
        }
      }
      return found;
    });
    return { result: { clip: CLIP, curves }, charts: charts(curves), report: report(curves) };
  },
};
