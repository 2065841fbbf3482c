/** A tensor as rows along its last axis, and the team of threads that shares a row. */
import { chooseTeam, type RowTeam } from '../../../shaders/lib/rowTeam';
import { type Dim, dimBound, isMultipleOf } from '../../core/dim';
import { numberOfElements, type Shape } from '../../core/shape';
import type { Target } from '../../graph/op';

/** The number of rows, and their length. */
export function rowsOf(shape: Shape): { readonly rows: Dim; readonly size: Dim } {
  return { rows: numberOfElements(shape.slice(0, -1)), size: shape.at(-1) ?? 1 };
}

/** The team that shares a row of the tensor. */
export function teamOf(target: Target, shape: Shape): RowTeam {
  const { rows, size } = rowsOf(shape);
  const bounds = { rows: dimBound(rows), length: dimBound(size) };
  return chooseTeam(target, { ...bounds, aligned: isMultipleOf(size, 4) });
}
