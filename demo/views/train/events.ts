/** What the worker tells the page of runs, as plain data. */
import type { RunRecipe } from './recipe';

export type RunState = 'compiling' | 'running' | 'paused' | 'done' | 'failed';

/** Reports of training steps, by columns: as many numbers in each as steps. */
export interface Reports {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly rates: readonly number[];
  /** Predictions of each step's batch: tokens, or examples of word vectors. */
  readonly counts: readonly number[];
}

/** A line of a sample. */
export interface SampleRow {
  /** What the model was given. */
  readonly from: string;
  /** What it wrote. */
  readonly to: string;
  /** What would have been right. */
  readonly truth?: string;
}

/** What held-out data say of the model after a step. */
export interface Look {
  readonly step: number;
  /** Held-out loss, without label smoothing. */
  readonly loss: number;
  readonly accuracy: number;
  /** Of the translations of held-out sentences. */
  readonly bleu?: number;
  readonly rows: readonly SampleRow[];
}

/** What the visitor changed as a run went on, from a step on. */
export interface Change {
  readonly step: number;
  /** A factor of the learning rate. */
  readonly factor?: number;
  /** The dropout rate, in place of the recipe's. */
  readonly dropout?: number;
}

/** What is in force at a step of what the visitor changed; undefined before the first change. */
export function inForce(
  changes: readonly Change[],
  name: 'factor' | 'dropout',
  at = Number.POSITIVE_INFINITY,
): number | undefined {
  return changes.findLast(({ step, [name]: value }) => step <= at && value !== undefined)?.[name];
}

/** All that is known of a run. */
export interface RunLog extends Reports {
  readonly looks: readonly Look[];
  readonly changes: readonly Change[];
  /** Seconds in training steps. */
  readonly seconds: number;
  /** Held-out loss of counts alone. */
  readonly baseline: number;
}

/** A run that is kept. */
export interface RunRecord {
  readonly id: string;
  readonly recipe: RunRecipe;
  readonly log: RunLog;
}

/** News of a run; reports and looks are those since the last event. */
export interface RunEvent {
  readonly id: string;
  readonly state: RunState;
  /** Compiled pipelines and all pipelines. */
  readonly compiled?: readonly [ready: number, total: number];
  /** Steps and looks before these, which a run that goes on from a checkpoint may repeat. */
  readonly after: { readonly steps: number; readonly looks: number };
  readonly reports: Reports;
  readonly looks: readonly Look[];
  readonly changes: readonly Change[];
  readonly seconds: number;
  readonly baseline: number;
  /** False if the browser's storage did not take its last checkpoint. */
  readonly isKept?: boolean;
  /** Bytes on the GPU; 0 when it holds nothing of the run. */
  readonly bytes: number;
  /** Predictions a second of late. */
  readonly speed: number;
  /** Seconds to go, while it runs. */
  readonly remaining?: number;
  /** Why it failed, and the error's code. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** What is known of a run before it starts. */
export interface Prediction {
  readonly parameters: number;
  /** Bytes on the GPU: parameters, optimiser, training step, evaluation, and decoding if it has one. */
  readonly bytes: number;
  /** Sizes of the vocabularies. */
  readonly vocabularies: readonly number[];
  /** Training examples, held-out examples, and batches of an epoch. */
  readonly examples: number;
  readonly held: number;
  readonly batchesPerEpoch: number;
  /** Sentences that are too long for the model, which are left out. */
  readonly tooLong: number;
  /** The first example as the model reads it. */
  readonly example: string;
}
