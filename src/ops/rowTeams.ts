/** The team of threads that shares a row where no further kernels were handed in. */
import type { RowTeam } from '../../shaders/lib/rowTeam';
import type { Target } from '../graph/target';

/** What the choice of a team depends on of the device. */
export type TeamTarget = Pick<
  Target,
  'software' | 'startup' | 'subgroups' | 'subgroupMinSize' | 'subgroupMaxSize'
>;

/** What the choice of a team depends on of the rows. */
export interface RowSizes {
  /** Upper bounds of the number of rows and of their length. */
  readonly rows: number;
  readonly length: number;
  /** Whether every length is a multiple of 4. */
  readonly aligned: boolean;
  /** Whether every row has that length, and the kernel reads it by `rowValues`. */
  readonly holds: boolean;
}

/** One thread a row; the only team whose rows may lie scattered in memory. */
export const LONE_TEAM: RowTeam = { lanes: 1, rows: 8, width: 1, subgroup: 0, held: 0 };

/** Lanes of the workgroup that has a row on a GPU. */
export function gpuLanes(length: number): number {
  return length <= 32 ? 32 : length <= 512 ? 64 : length <= 2048 ? 128 : 256;
}

/**
 * The team for a device. Software adapters have four lanes, and barriers are expensive there: one thread for
 * each row, except where a few long rows would leave lanes idle. (One subgroup for each row is no faster than
 * either, measured on SwiftShader: softmax of 512x512 takes 2.8 ms against 2.1, of 1x4096 the same.)
 */
export function defaultTeam(target: TeamTarget, { rows, length, aligned }: RowSizes): RowTeam {
  const width = aligned ? 4 : 1;
  if (target.software) {
    const fewLong = rows * 64 <= length && length >= 512;
    return fewLong ? workgroupTeam(4, width) : { ...LONE_TEAM, width };
  }
  return workgroupTeam(gpuLanes(length), 1);
}

/** One workgroup for each row. */
export function workgroupTeam(lanes: number, width: 1 | 4): RowTeam {
  return { lanes, rows: 1, width, subgroup: 0, held: 0 };
}

/** The team for a kernel that combines nothing over a row: neighbouring lanes read neighbouring values. */
export function spreadTeam(team: RowTeam): RowTeam {
  const { joins: _, ...plain } = team;
  return { ...plain, lanes: Math.max(team.lanes, 4), rows: 1, subgroup: 0, held: 0 };
}
