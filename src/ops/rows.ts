/** A tensor as rows along its last axis, and the team of threads that shares a row. */
import type { RowTeam } from '../../shaders/lib/rowTeam';
import { type Dim, dimBound, isMultipleOf } from '../core/dim';
import { lastDim, numberOfElements, type Shape } from '../core/shape';
import { singleCandidate } from '../graph/choice';
import { type Attrs, grid1d, type KernelCall, type LoweringCall } from '../graph/op';
import { defaultTeam, type RowSizes, spreadTeam } from './rowTeams';

/** The number of rows of a tensor, and their length. */
export interface Rows {
  readonly rows: Dim;
  readonly size: Dim;
}

/** The rows of a tensor of this shape. */
export function rowsOf(shape: Shape): Rows {
  return { rows: numberOfElements(shape.slice(0, -1)), size: lastDim({ shape }) };
}

/** The part of a lowering call that the choice of a team needs. */
export interface TeamCall extends Pick<LoweringCall<Attrs>, 'target' | 'choose'> {
  readonly node: { readonly op: { readonly name: string } };
}

/** How a kernel can read a row. */
export interface RowReading {
  /** By vec4, where lengths are multiples of 4; true by default. */
  readonly wide?: boolean;
  /** Whether it may keep a short row in registers (`rowValues`), because it reads the row several times. */
  readonly holds?: boolean;
}

/** What the choice of a team depends on. */
export interface TeamRequest extends RowSizes {
  readonly family: string;
  readonly sizes: Rows;
  readonly target: TeamCall['target'];
}

function teamRequest(
  { node, target }: TeamCall,
  shape: Shape,
  { wide = true, holds = false }: RowReading,
): TeamRequest {
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

/** The team for each row of the tensor, for kernels that reduce over the row. */
export function teamOf(call: TeamCall, shape: Shape, reading: RowReading = {}): RowTeam {
  const request = teamRequest(call, shape, reading);
  const { family, target } = request;
  return call.choose(
    target.kernels?.rows?.(request) ?? singleCandidate(family, defaultTeam(target, request)),
  );
}

/** The team for each row of the tensor, for kernels that reduce nothing. */
export function spreadTeamOf(call: TeamCall, shape: Shape, reading: RowReading = {}): RowTeam {
  const request = teamRequest(call, shape, reading);
  const { family, target } = request;
  return call.choose(
    target.kernels?.spreadRows?.(request) ??
      singleCandidate(family, spreadTeam(defaultTeam(target, request))),
  );
}

/** Workgroups of a kernel whose teams cover all rows. */
export function teamGrid(rows: Dim, team: RowTeam): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(rows) / team.rows));
}
