/**
 * Learning rate schedules, as functions of the training step, which counts from 1, and as plain
 * data.
 */
import { OptionError } from '../core/errors';

/** How the learning rate changes over a run. */
export type ScheduleName = 'constant' | 'warmup' | 'noam' | 'cosine' | 'linear';

/** A learning rate schedule as plain data. */
export interface ScheduleOptions {
  readonly kind: ScheduleName;
  /** The highest rate; for 'noam', a factor of the paper's formula. */
  readonly rate: number;
  /** Number of steps of linear warm-up. */
  readonly warmup?: number;
  /** The step at which 'cosine' and 'linear' reach `end`. */
  readonly steps?: number;
  /** Final rate as a fraction of the highest (default 0). */
  readonly end?: number;
  /** For 'noam': size d of the model. */
  readonly modelSize?: number;
}

/**
 * The rate at training step t, counted from 1.
 * - warmup: rate * min(t / warmup, sqrt(warmup / t))
 * - noam: rate * d^-0.5 * min(t^-0.5, t * warmup^-1.5) (Vaswani et al. 2017, eq. 3)
 * - cosine, linear: linear warm-up, then decay to rate * end at `steps`
 * @throws OptionError for an unknown kind or a missing option
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

/** Fraction of the way from the end of the warm-up to the last step, 0 to 1. */
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

/** The learning rate as a function of the training step, which counts from 1. */
export type Schedule = (step: number) => number;

/** A constant learning rate, or a schedule. */
export type LearningRate = number | Schedule;

/** The rate at a training step, counted from 1. */
export function rateAt(rate: LearningRate, step: number): number {
  return typeof rate === 'number' ? rate : rate(step);
}

/**
 * The schedule that plain data describes.
 * @throws OptionError for an unknown kind or a missing option
 */
export function scheduleOf(options: ScheduleOptions): Schedule {
  learningRate(options, 1);
  return (step) => learningRate(options, step);
}

/** A constant rate after `warmup` steps of linear warm-up (default 0). */
export const constantSchedule = (rate: number, warmup = 0): Schedule =>
  scheduleOf({ kind: 'constant', rate, warmup });

/**
 * Linear warm-up to `rate` over `warmup` steps (default 400), then decay with the inverse square
 * root of the step.
 */
export const inverseRootSchedule = (rate: number, warmup = 400): Schedule =>
  scheduleOf({ kind: 'warmup', rate, warmup });

/**
 * The schedule of the transformer (Vaswani et al. 2017, eq. 3).
 * @param factor of the paper's formula (default 1)
 */
export const noamSchedule = (modelSize: number, warmup = 4000, factor = 1): Schedule =>
  scheduleOf({ kind: 'noam', rate: factor, modelSize, warmup });

/** Options of schedules that decay. */
export interface DecayOptions {
  /** Number of steps of linear warm-up (default 0). */
  readonly warmup?: number;
  /** Final rate as a fraction of the highest (default 0). */
  readonly end?: number;
}

/** Cosine decay that ends at `steps` (Loshchilov and Hutter 2017). */
export const cosineSchedule = (rate: number, steps: number, options: DecayOptions = {}): Schedule =>
  scheduleOf({ kind: 'cosine', rate, steps, ...options });

/** Linear decay that ends at `steps`. */
export const linearSchedule = (rate: number, steps: number, options: DecayOptions = {}): Schedule =>
  scheduleOf({ kind: 'linear', rate, steps, ...options });
