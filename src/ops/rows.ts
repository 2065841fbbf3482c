/** A tensor as rows along its last axis, and the team of threads that shares a row. */
import {
  chooseSpreadTeam,
  chooseTeam,
  type RowSizes,
  type RowTeam,
} from '../../shaders/lib/rowTeam';
import { type Dim, dimBound, isMultipleOf } from '../core/dim';
import { numberOfElements, type Shape } from '../core/shape';
import { grid1d, type KernelCall, type Target } from '../graph/op';

export interface Rows {
  readonly rows: Dim;
  /** Length of a row. */
  readonly size: Dim;
}

/** The number of rows, and their length. */
export function rowsOf(shape: Shape): Rows {
  return { rows: numberOfElements(shape.slice(0, -1)), size: shape.at(-1) ?? 1 };
}

function boundsOf({ rows, size }: Rows): RowSizes {
  return { rows: dimBound(rows), length: dimBound(size), aligned: isMultipleOf(size, 4) };
}

/** The team that shares a row of the tensor, where results are combined over the row. */
export function teamOf(target: Target, shape: Shape): RowTeam {
  return chooseTeam(target, boundsOf(rowsOf(shape)));
}

/** The team that shares a row of the tensor, where nothing is combined over the row. */
export function spreadTeamOf(target: Target, shape: Shape): RowTeam {
  return chooseSpreadTeam(target, boundsOf(rowsOf(shape)));
}

/** Workgroups for teams of a kernel that covers all rows. */
export function teamGrid(rows: Dim, team: RowTeam): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(rows) / team.rows));
}
