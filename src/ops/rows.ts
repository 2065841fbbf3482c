/** A tensor as rows along its last axis, and the team of threads that shares a row. */
import { type RowTeam, spreadTeamCandidates, teamCandidates } from '../../shaders/lib/rowTeam';
import { type Dim, dimBound, isMultipleOf } from '../core/dim';
import { numberOfElements, type Shape } from '../core/shape';
import { sizeClass } from '../graph/choice';
import { type Attrs, grid1d, type KernelCall, type LoweringCall } from '../graph/op';

export interface Rows {
  readonly rows: Dim;
  /** Length of a row. */
  readonly size: Dim;
}

/** The number of rows, and their length. */
export function rowsOf(shape: Shape): Rows {
  return { rows: numberOfElements(shape.slice(0, -1)), size: shape.at(-1) ?? 1 };
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

type TeamCandidates = typeof teamCandidates;

function choiceOf(
  { node, target, choose }: TeamCall,
  candidates: TeamCandidates,
  shape: Shape,
  { wide = true, holds = false }: RowReading,
): RowTeam {
  const { rows, size } = rowsOf(shape);
  const aligned = wide && isMultipleOf(size, 4);
  return choose({
    family: node.op.name,
    shape: `${sizeClass({ rows, size })}${aligned ? ' by 4' : ''}`,
    candidates: candidates(target, {
      rows: dimBound(rows),
      length: dimBound(size),
      aligned,
      holds: holds && typeof size === 'number',
    }),
  });
}

/** The team that shares a row of the tensor, where results are combined over the row. */
export function teamOf(call: TeamCall, shape: Shape, reading: RowReading = {}): RowTeam {
  return choiceOf(call, teamCandidates, shape, reading);
}

/** The same, where nothing is combined over the row. */
export function spreadTeamOf(call: TeamCall, shape: Shape, reading: RowReading = {}): RowTeam {
  return choiceOf(call, spreadTeamCandidates, shape, reading);
}

/** Workgroups for teams of a kernel that covers all rows. */
export function teamGrid(rows: Dim, team: RowTeam): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(rows) / team.rows));
}
