/**
 * Options of trainers, with the optimiser as plain data or as an object, and for custom
 * computations.
 */

import type { InputTypes } from '../core/batch';
import type { Startup } from '../graph/startup';
import type { AdapterTraining } from './beside';
import type { Computation } from './lossTask';
import type { OptimizerOptions } from './optimizer';
import type { Optimizer } from './ownOptimizer';
import type { ScheduleOptions } from './schedule';

/** Options of all trainers besides the optimiser. */
export interface TrainerSettings {
  /** Largest global norm of the gradient (Pascanu et al. 2013) (default: no limit). */
  readonly clipNorm?: number | undefined;
  /**
   * Parameters that are not trained: names, or the beginnings of names up to a point, such as
   * 'src_embed' and 'transformer.encoder' (default: none).
   */
  readonly freeze?: readonly string[];
  /**
   * Trains these parameters alone, beside a model that stays as it is: `loraTraining` (default: all
   * parameters of the task are trained).
   */
  readonly adapter?: AdapterTraining;
  /** Random seed of the initial parameters and of dropout (default 0). */
  readonly seed?: number;
  /**
   * How much kernels may take to compile (default 'balanced'); `startupFor` chooses by the number
   * of steps.
   */
  readonly startup?: Startup;
  /** Called with the numbers of compiled pipelines and of all pipelines. */
  readonly onProgress?: (ready: number, total: number) => void;
}

/** Options with the optimiser and its learning rate schedule as plain data. */
export interface TrainerOptions extends TrainerSettings {
  readonly optimizer: OptimizerOptions;
  readonly schedule: ScheduleOptions;
}

/** Options with an optimiser object, which includes the learning rate. */
export interface OptimizedBy extends TrainerSettings {
  readonly optimizer: Optimizer;
}

/** Options of training a custom computation. */
export interface ComputationOptions<Inputs extends InputTypes>
  extends Computation<Inputs>,
    OptimizedBy {}

/** Names of these options. */
export const COMPUTATION_NAMES = Object.keys({
  inputs: true,
  loss: true,
  optimizer: true,
  clipNorm: true,
  freeze: true,
  adapter: true,
  seed: true,
  startup: true,
  onProgress: true,
} satisfies Record<keyof ComputationOptions<InputTypes>, true>);
