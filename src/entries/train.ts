/** `qkv/train`: the trainer, optimisers, schedules, tasks and checkpoints. */
export {
  type Checkpoint,
  checkpointTuning,
  readCheckpoint,
  writeCheckpoint,
} from '../train/checkpoint';
export { type LabellingOptions, labellingTask } from '../train/labelling';
export { languageTask, type SequenceBatch } from '../train/language';
export { biasCorrections, moments, type OptimizerOptions, optimizerRate } from '../train/optimizer';
export type { ScheduleOptions } from '../train/schedule';
export { evaluationGraph, trainingGraph } from '../train/step';
export { type TaskResult, type TrainingTask, taskLayout } from '../train/task';
export { type Evaluation, type StepReport, Trainer, type TrainerOptions } from '../train/trainer';
export { type TranslationOptions, translationTask } from '../train/translation';
export { wordVectorTask } from '../train/wordVectors';
