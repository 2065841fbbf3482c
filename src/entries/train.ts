/** `qkv/train`: the trainer, optimisers, schedules, tasks and checkpoints. */
export {
  type Checkpoint,
  checkpointTuning,
  readCheckpoint,
  writeCheckpoint,
} from '../train/checkpoint';
export { type LabellingOptions, labellingTask } from '../train/labelling';
export { languageTask, type SequenceBatch } from '../train/language';
export type { Computation, Loss } from '../train/lossTask';
export { biasCorrections, moments, type OptimizerOptions, optimizerRate } from '../train/optimizer';
export type { OptimizerBase } from '../train/optimizers';
export {
  type AdagradOptions,
  type AdamOptions,
  adagrad,
  adam,
  adamw,
  type RmspropOptions,
  rmsprop,
  type SgdOptions,
  sgd,
} from '../train/optimizers';
export {
  defineOptimizer,
  type Optimizer,
  type OwnOptimizer,
  type UpdateCall,
} from '../train/ownOptimizer';
export type { ScheduleName } from '../train/schedule';
export {
  constantSchedule,
  cosineSchedule,
  type DecayOptions,
  inverseRootSchedule,
  type LearningRate,
  linearSchedule,
  noamSchedule,
  type Schedule,
  type ScheduleOptions,
} from '../train/schedule';
export type { StepOptions } from '../train/step';
export { evaluationGraph, trainingGraph } from '../train/step';
export { type Mode, type TaskResult, type TrainingTask, taskLayout } from '../train/task';
export {
  type Evaluation,
  type StepInspector,
  type StepReport,
  Trainer,
  type TrainerSnapshot,
  type TrainOptions,
} from '../train/trainer';
export type {
  ComputationOptions,
  OptimizedBy,
  TrainerOptions,
  TrainerSettings,
} from '../train/trainerOptions';
export { type TranslationOptions, translationTask } from '../train/translation';
export { wordVectorTask } from '../train/wordVectors';
