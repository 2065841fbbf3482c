/** The curves of runs over a common axis of training steps. */
import type { RunLog } from './events';

export const METRICS = ['loss', 'norm', 'rate', 'bleu'] as const;
export type Metric = (typeof METRICS)[number];

/** What curves are made of. */
export interface Course {
  readonly name: string;
  readonly log: RunLog;
}

/** A curve before it has a colour. */
export interface RunCurve {
  /** Index of its run. */
  readonly run: number;
  readonly what: 'training' | 'held' | 'baseline' | 'value';
  readonly values: readonly (number | null)[];
}

export interface Curves {
  readonly steps: readonly number[];
  readonly curves: readonly RunCurve[];
}

/** Places of the axis at most, beside those of held-out data. */
const PLACES = 200;

/**
 * The curves of a metric. What is reported of every step is the mean over the steps since the place
 * before; with at most 200 steps, each has a place of its own.
 */
export function curvesOf(courses: readonly Course[], metric: Metric): Curves {
  const longest = Math.max(0, ...courses.map(({ log }) => log.losses.length));
  const every = Math.max(1, Math.ceil(longest / PLACES));
  const places = new Set<number>();
  for (let step = every; step <= longest; step += every) places.add(step);
  if (longest > 0) places.add(longest);
  for (const { log } of courses) for (const { step } of log.looks) places.add(step);
  const steps = [...places].sort((a, b) => a - b);
  const curves = courses.flatMap(({ log }, run) => curvesOfRun(log, run, metric, steps));
  return { steps, curves };
}

function curvesOfRun(
  log: RunLog,
  run: number,
  metric: Metric,
  steps: readonly number[],
): readonly RunCurve[] {
  const looked = (value: (look: RunLog['looks'][number]) => number | undefined) => {
    const found = new Map(log.looks.map((look) => [look.step, value(look)]));
    return steps.map((step) => found.get(step) ?? null);
  };
  if (metric === 'bleu') return [{ run, what: 'value', values: looked(({ bleu }) => bleu) }];
  if (metric === 'norm') return [{ run, what: 'value', values: means(log.norms, steps) }];
  if (metric === 'rate') return [{ run, what: 'value', values: means(log.rates, steps) }];
  const line = Number.isFinite(log.baseline) ? log.baseline : null;
  return [
    { run, what: 'training', values: means(log.losses, steps) },
    { run, what: 'held', values: looked(({ loss }) => loss) },
    { run, what: 'baseline', values: steps.map(() => line) },
  ];
}

/** The mean over the steps up to each place from the one before; null beyond the last step. */
function means(values: readonly number[], places: readonly number[]): (number | null)[] {
  return places.map((place, i) => {
    const some = values.slice(places[i - 1] ?? 0, place);
    if (place > values.length || some.length === 0) return null;
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
}

/** Curves as comma-separated values, a line for each place. */
export function csvOf(steps: readonly number[], curves: readonly NamedValues[]): string {
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const head = ['step', ...curves.map(({ name }) => quoted(name))].join(',');
  const lines = steps.map((step, i) =>
    [step, ...curves.map(({ values }) => values[i] ?? '')].join(','),
  );
  return `${[head, ...lines].join('\n')}\n`;
}

interface NamedValues {
  readonly name: string;
  readonly values: readonly (number | null)[];
}
