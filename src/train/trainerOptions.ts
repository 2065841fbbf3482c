/** Options of trainers: with an optimiser as plain data, with one by function, or with a computation. */

import type { InputTypes } from '../core/batch';
import type { Startup } from '../graph/startup';
import type { Computation } from './lossTask';
import type { OptimizerOptions } from './optimizer';
import type { Optimizer } from './ownOptimizer';
import type { ScheduleOptions } from './schedule';

/** What every trainer has beside its optimiser. */
export interface TrainerSettings {
  /** Largest global norm of the gradient (Pascanu et al. 2013); no limit by default. */
  readonly clipNorm?: number | undefined;
  /** Random seed of initial weights and dropout (default 0). */
  readonly seed?: number;
  /** How long training will be, which `startupFor` tells of a number of steps; 'balanced' by default. */
  readonly startup?: Startup;
  /** Called as pipelines get ready. */
  readonly onProgress?: (ready: number, total: number) => void;
}

/** Options as plain data: an optimiser, and the schedule of its learning rate. */
export interface TrainerOptions extends TrainerSettings {
  readonly optimizer: OptimizerOptions;
  readonly schedule: ScheduleOptions;
}

/** Options with an optimiser that brings its learning rate. */
export interface OptimizedBy extends TrainerSettings {
  readonly optimizer: Optimizer;
}

/** Training of a computation of one's own. */
export interface ComputationOptions<Inputs extends InputTypes>
  extends Computation<Inputs>,
    OptimizedBy {}

/** Names of the options of a computation. */
export const COMPUTATION_NAMES = Object.keys({
  inputs: true,
  loss: true,
  optimizer: true,
  clipNorm: true,
  seed: true,
  startup: true,
  onProgress: true,
} satisfies Record<keyof ComputationOptions<InputTypes>, true>);
