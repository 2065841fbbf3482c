/**
 * How do gradients vanish or explode over time (Hochreiter 1991; Bengio et al. 1994; Pascanu et al.
 * 2013)? Measures the norm of d(loss at the last time step)/d(input) by the distance between them.
 */

import { compute } from 'qkv/graph';
import { type Experiment, type Run, textTable } from './lib/experiment';
import {
  inputGradients,
  jointNorm,
  KEEPING_GATE,
  normsByDistance,
  SMALL,
  type Subject as Sort,
  subjectInputs,
} from './lib/inputGradients';

interface Subject extends Sort {
  readonly label: string;
}

/** A gate that preserves almost all of the state. */
const keep = { gate: KEEPING_GATE, bias: 4 } as const;

const SUBJECTS: readonly Subject[] = [
  { label: 'RNN (tanh)', cell: 'tanh' },
  { label: 'RNN (ReLU)', cell: 'relu' },
  { label: 'LSTM', cell: 'lstm' },
  { label: 'LSTM, forget bias 4', cell: 'lstm', keep },
  { label: 'GRU', cell: 'gru' },
  { label: 'GRU, update bias 4', cell: 'gru', keep },
];

/** Spectral radius of every gate's recurrent matrix. */
const RADII = [0.8, 1.8];

/** Largest gradient norm with clipping. */
const CLIP = 1;

const SETTINGS = {
  small: SMALL,
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

async function measure(run: Run, subject: Subject, radius: number): Promise<Curve> {
  const { device, size, seed } = run;
  const sizes = SETTINGS[size];
  const inputs = subjectInputs(subject, radius, sizes, seed);
  const found = await compute(device, { ...inputs }, (input) =>
    inputGradients(subject.cell, input),
  );
  const data = (name: string) => found[name]?.data ?? [];
  const norms = normsByDistance(data('x'), sizes);
  const weightNorm = jointNorm([data('weightIn'), data('weight')]);
  const factor = Math.min(1, CLIP / weightNorm);
  const clipped = norms.map((norm) => norm * factor);
  return { label: subject.label, radius, norms, weightNorm, clipped };
}

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
