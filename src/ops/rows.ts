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

type TeamCandidates = typeof teamCandidates;

function choiceOf(
  { node, target, choose }: TeamCall,
  candidates: TeamCandidates,
  shape: Shape,
  wide: boolean,
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
      fixed: typeof size === 'number',
    }),
  });
}

/**
 * The team that shares a row of the tensor, where results are combined over the row.
 * @param wide whether the kernel can read four values at once
 */
export function teamOf(call: TeamCall, shape: Shape, wide = true): RowTeam {
  return choiceOf(call, teamCandidates, shape, wide);
}

/** The same, where nothing is combined over the row. */
export function spreadTeamOf(call: TeamCall, shape: Shape, wide = true): RowTeam {
  return choiceOf(call, spreadTeamCandidates, shape, wide);
}

/** Workgroups for teams of a kernel that covers all rows. */
export function teamGrid(rows: Dim, team: RowTeam): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(rows) / team.rows));
}
