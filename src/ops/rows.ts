/** A tensor as rows along its last axis, and the team of threads that shares a row. */
import { defaultTeam, type RowSizes, type RowTeam, spreadTeam } from '../../shaders/lib/rowTeam';
import { type Dim, dimBound, isMultipleOf } from '../core/dim';
import { lastDim, numberOfElements, type Shape } from '../core/shape';
import { defaultQuestion } from '../graph/choice';
import { type Attrs, grid1d, type KernelCall, type LoweringCall } from '../graph/op';

export interface Rows {
  readonly rows: Dim;
  /** Length of a row. */
  readonly size: Dim;
}

/** The number of rows, and their length. */
export function rowsOf(shape: Shape): Rows {
  return { rows: numberOfElements(shape.slice(0, -1)), size: lastDim({ shape }) };
}

/** What the choice of a team needs of a lowering. */
export interface TeamCall extends Pick<LoweringCall<Attrs>, 'target' | 'choose'> {
  readonly node: { readonly op: { readonly name: string } };
}

/** How a kernel can read a row. */
export interface RowReading {
  /** Four values at once; true by default. */
  readonly wide?: boolean;
  /** All of a short row into registers, by `rowValues`: for those that go over it several times. */
  readonly holds?: boolean;
}

/** What the choice of a team looks at, of a lowering's rows. */
export interface RowQuestion extends RowSizes {
  readonly family: string;
  readonly sizes: Rows;
  readonly target: TeamCall['target'];
}

function questionOf(
  { node, target }: TeamCall,
  shape: Shape,
  { wide = true, holds = false }: RowReading,
): RowQuestion {
  const sizes = rowsOf(shape);
  const { rows, size } = sizes;
  return {
    family: node.op.name,
    sizes,
    target,
    rows: dimBound(rows),
    length: dimBound(size),
    aligned: wide && isMultipleOf(size, 4),
    holds: holds && typeof size === 'number',
  };
}

/** The team that shares a row of the tensor, where results are combined over the row. */
export function teamOf(call: TeamCall, shape: Shape, reading: RowReading = {}): RowTeam {
  const asked = questionOf(call, shape, reading);
  const { family, target } = asked;
  return call.choose(
    target.kernels?.rows?.(asked) ?? defaultQuestion(family, defaultTeam(target, asked)),
  );
}

/** The same, where nothing is combined over the row. */
export function spreadTeamOf(call: TeamCall, shape: Shape, reading: RowReading = {}): RowTeam {
  const asked = questionOf(call, shape, reading);
  const { family, target } = asked;
  return call.choose(
    target.kernels?.spreadRows?.(asked) ??
      defaultQuestion(family, spreadTeam(defaultTeam(target, asked))),
  );
}

/** Workgroups for teams of a kernel that covers all rows. */
export function teamGrid(rows: Dim, team: RowTeam): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(rows) / team.rows));
}
