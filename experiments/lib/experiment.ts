/** Experiments: a question, a computation in resumable stages, and charts. */
import type { Device } from 'qkv';
import type { Chart } from '../../tools/lib/charts';

/** 'small' takes seconds and is for tests; conclusions are drawn from 'full'. */
export type Size = 'small' | 'full';

export const SIZES: readonly Size[] = ['small', 'full'];

/** A run of an experiment. */
export interface Run {
  readonly device: Device;
  readonly size: Size;
  readonly seed: number;
  /** Folder for checkpoints of trained models. */
  readonly folder: string;
  /** Whether to train models instead of using the shipped ones. */
  readonly retrain: boolean;
  readonly signal: AbortSignal;
  /**
   * Computes a stage, or reads its result from an interrupted run with the same seed.
   * @param compute returns plain data, and may report progress
   */
  stage<T>(name: string, compute: (report: Report) => Promise<T>): Promise<T>;
}

/** Reports the progress of a stage. */
export type Report = (done: number, total: number, text?: string) => void;

export interface Outcome {
  /** Measurements, as plain data. */
  readonly result: object;
  /** Charts by name, one file each. */
  readonly charts: Readonly<Record<string, Chart>>;
  /** Lines of the printed result. */
  readonly report: string;
}

export interface Experiment {
  readonly name: string;
  /** Its question, in one line. */
  readonly question: string;
  /** Approximate minutes on a software adapter with two cores. */
  readonly minutes: Readonly<Record<Size, number>>;
  perform(run: Run): Promise<Outcome>;
}

/** Formats rows as aligned columns, the first one left-aligned, the others right-aligned. */
export function textTable(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = texts.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)),
    [],
  );
  return texts
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
