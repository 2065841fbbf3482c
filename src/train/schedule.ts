/** Learning rate schedules: functions of the step, counted from 1. */
import { OptionError } from '../core/errors';

/** How the learning rate changes over a run. */
export type ScheduleName = 'constant' | 'warmup' | 'noam' | 'cosine' | 'linear';

/** A schedule of the learning rate. */
export interface ScheduleOptions {
  readonly kind: ScheduleName;
  /** Highest rate. For 'noam' a factor on the paper's formula. */
  readonly rate: number;
  /** Steps of linear rise. */
  readonly warmup?: number;
  /** Steps at which 'cosine' and 'linear' reach `end`. */
  readonly steps?: number;
  /** Rate at the end, as a part of the highest; 0 by default. */
  readonly end?: number;
  /** Size d of the model, for 'noam'. */
  readonly modelSize?: number;
}

/**
 * The rate at a step (from 1).
 * - warmup: rate x min(t / warmup, sqrt(warmup / t))
 * - noam: rate x d^-0.5 x min(t^-0.5, t x warmup^-1.5) (Vaswani et al. 2017, eq. 3)
 * - cosine, linear: rise over warmup, then fall to rate x end at `steps`
 * @throws OptionError for an unknown kind or a missing figure
 */
export function learningRate(options: ScheduleOptions, step: number): number {
  const { kind, rate, warmup = 0, end = 0 } = options;
  const rise = warmup > 0 ? Math.min(1, step / warmup) : 1;
  switch (kind) {
    case 'constant':
      return rate * rise;
    case 'warmup':
      return rate * Math.min(rise, Math.sqrt(need(options, 'warmup') / step));
    case 'noam':
      return (
        rate *
        need(options, 'modelSize') ** -0.5 *
        Math.min(step ** -0.5, step * need(options, 'warmup') ** -1.5)
      );
    case 'cosine':
      return (
        rate * rise * (end + ((1 - end) * (1 + Math.cos(Math.PI * fraction(options, step)))) / 2)
      );
    case 'linear':
      return rate * rise * (1 - (1 - end) * fraction(options, step));
    default:
      throw new OptionError(`schedule: unknown kind '${String(kind satisfies never)}'`);
  }
}

/** Part of the way from the end of the warm-up to the last step, 0 to 1. */
function fraction(options: ScheduleOptions, step: number): number {
  const { warmup = 0 } = options;
  const last = need(options, 'steps');
  return Math.min(1, Math.max(0, (step - warmup) / Math.max(1, last - warmup)));
}

function need(options: ScheduleOptions, name: 'warmup' | 'steps' | 'modelSize'): number {
  const value = options[name];
  if (value === undefined || !(value > 0)) {
    throw new OptionError(`schedule '${options.kind}' needs a positive '${name}', found ${value}`);
  }
  return value;
}
