/** Compares a run with an earlier one: which workloads got slower, and by how much. */
import { precise, type Row } from './report';

export interface Comparison {
  /** A line for each workload of both runs. */
  readonly lines: readonly string[];
  /** Workloads that are slower than allowed. */
  readonly regressions: readonly string[];
}

/** Compares two runs. @param allowed multiple of the earlier median */
export function compareRuns(
  earlier: readonly Row[],
  now: readonly Row[],
  allowed: number,
): Comparison {
  const lines: string[] = [];
  const regressions: string[] = [];
  for (const { workload, medianMs } of now) {
    const before = earlier.find((row) => row.workload === workload)?.medianMs ?? null;
    if (medianMs === null || before === null) continue;
    const ratio = medianMs / before;
    const isWorse = ratio > allowed;
    if (isWorse) regressions.push(workload);
    lines.push(
      `${workload.padEnd(28)}${precise(before)} ms -> ${precise(medianMs)} ms, ` +
        `${ratio.toFixed(2)} times${isWorse ? `, more than ${allowed}` : ''}`,
    );
  }
  return { lines, regressions };
}
