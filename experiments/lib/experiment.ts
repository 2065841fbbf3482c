/** What an experiment is: a question, a computation in stages that survive an interruption, charts. */
import type { Device } from 'qkv';
import type { Chart } from '../../tools/lib/charts';

/** 'small' takes seconds and shows that it works; 'full' is what conclusions are drawn from. */
export type Size = 'small' | 'full';

export const SIZES: readonly Size[] = ['small', 'full'];

/** A run of an experiment. */
export interface Run {
  readonly device: Device;
  readonly size: Size;
  readonly seed: number;
  /** For checkpoints of what it trains. */
  readonly folder: string;
  /** Trains anew the models that are shipped. */
  readonly retrain: boolean;
  readonly signal: AbortSignal;
  /**
   * A part of the work: computed, or taken from an earlier run of the same seed that was interrupted.
   * @param compute gives plain data; it may say how far it is
   */
  stage<T>(name: string, compute: (report: Report) => Promise<T>): Promise<T>;
}

/** Says how far a stage is. */
export type Report = (done: number, total: number, text?: string) => void;

export interface Outcome {
  /** Plain data: what was measured. */
  readonly result: object;
  /** By name: a file each. */
  readonly charts: Readonly<Record<string, Chart>>;
  /** Lines to read. */
  readonly report: string;
}

export interface Experiment {
  readonly name: string;
  /** What it answers, in one line. */
  readonly question: string;
  /** About so many minutes on the software adapter of a machine with two cores. */
  readonly minutes: Readonly<Record<Size, number>>;
  perform(run: Run): Promise<Outcome>;
}

/** Lines of equal columns: the first to the left, the others to the right. */
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
