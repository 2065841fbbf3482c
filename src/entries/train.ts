/** `qkv/train`: fine-tuning, the trainer, optimisers, schedules, tasks and checkpoints. */
export {
  type ClassifierTuning,
  type FineTuned,
  type FineTuneOptions,
  type FineTuneRunOptions,
  fineTune,
  type GrowingOptions,
  type TunedFiles,
} from '../tasks/fineTune';
export type { LabelledText, SentencePair } from '../tasks/tunableModels';
export { type AdapterTraining, loraTraining } from '../train/beside';
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
export {
  type AdagradOptions,
  type AdamOptions,
  adagrad,
  adam,
  adamw,
  type OptimizerBase,
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
export {
  constantSchedule,
  cosineSchedule,
  type DecayOptions,
  inverseRootSchedule,
  type LearningRate,
  linearSchedule,
  noamSchedule,
  type Schedule,
  type ScheduleName,
  type ScheduleOptions,
} from '../train/schedule';
export { evaluationGraph, type StepOptions, trainingGraph } from '../train/step';
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
