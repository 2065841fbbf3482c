/** Learning rate schedules: functions of the step, counted from 1; as plain data and as functions. */
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
function learningRate(options: ScheduleOptions, step: number): number {
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

/** The learning rate of a step, counted from 1. Any function is a schedule. */
export type Schedule = (step: number) => number;

/** One rate for all steps, or a schedule. */
export type LearningRate = number | Schedule;

/** The rate of a step, counted from 1. */
export function rateAt(rate: LearningRate, step: number): number {
  return typeof rate === 'number' ? rate : rate(step);
}

/** The schedule that plain data describes. @throws OptionError for an unknown kind or a missing figure */
export function scheduleOf(options: ScheduleOptions): Schedule {
  learningRate(options, 1);
  return (step) => learningRate(options, step);
}

/** The same rate at every step, after a linear rise over `warmup` steps (default 0). */
export const constantSchedule = (rate: number, warmup = 0): Schedule =>
  scheduleOf({ kind: 'constant', rate, warmup });

/** Rises linearly to `rate` over `warmup` steps, then falls with the inverse root of the step. */
export const inverseRootSchedule = (rate: number, warmup = 400): Schedule =>
  scheduleOf({ kind: 'warmup', rate, warmup });

/** The transformer's own (Vaswani et al. 2017, eq. 3). @param factor on the paper's formula */
export const noamSchedule = (modelSize: number, warmup = 4000, factor = 1): Schedule =>
  scheduleOf({ kind: 'noam', rate: factor, modelSize, warmup });

/** How a learning rate that falls begins and ends. */
export interface DecayOptions {
  /** Steps of linear rise before (default 0). */
  readonly warmup?: number;
  /** Rate at the end, as a part of the highest (default 0). */
  readonly end?: number;
}

/** Falls with half a cosine to the end at `steps` (Loshchilov and Hutter 2017). */
export const cosineSchedule = (rate: number, steps: number, options: DecayOptions = {}): Schedule =>
  scheduleOf({ kind: 'cosine', rate, steps, ...options });

/** Falls linearly to the end at `steps`. */
export const linearSchedule = (rate: number, steps: number, options: DecayOptions = {}): Schedule =>
  scheduleOf({ kind: 'linear', rate, steps, ...options });
