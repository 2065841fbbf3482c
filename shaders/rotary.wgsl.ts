/**
 * Rotary position embedding (Su et al. 2021, RoFormer, eq. 34): rotates pairs of channels of each head by an
 * angle proportional to the row's position, with an invocation for one or four columns. Cosines and signed
 * sines come from a table of the positions below TABLE_ROWS and, for larger positions, a second table of the
 * multiples of TABLE_ROWS: the angle of such a position is the sum of two.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { type RowTeam, storedElement, storeFunction, teamElement } from './lib/rowTeam';
import { wgsl } from './lib/wgsl';

export type RotarySpec = {
  /** Channels of a head, and number of those that are rotated, an even number. */
  readonly size: number;
  readonly rotated: number;
  /** Whether neighbouring channels are paired; else channels of the two halves are. */
  readonly interleaved: boolean;
  /** Whether to rotate by the negative angles. */
  readonly inverse: boolean;
  /** Whether positions may be TABLE_ROWS or more, which takes two tables. */
  readonly far: boolean;
  /**
   * Whether i32 positions follow the tables: none, those of a sequence that all share, or those of each row.
   */
  readonly positions: 'none' | 'sequence' | 'rows';
  /** i32 [1], added to every position. */
  readonly offset: boolean;
  /** A team of one lane; columns, heads and halves must be multiples of its width. */
  readonly team: RowTeam;
  readonly epilogue: Epilogue;
};

export const ROTARY_WORKGROUP = 64;

/** Rows of a table: consecutive positions, or consecutive multiples of this number. */
export const TABLE_ROWS = 1024;

export const rotary = defineKernel<RotarySpec>({
  name: 'rotary',
  params: ({ epilogue }) => ['rows', 'columns', 'length', 'headColumns', ...epilogue.params],
  bindings: ({ far, positions, offset, team, epilogue }) => [
    { name: 'x', access: 'read', element: teamElement(team) },
    { name: 'near_table', access: 'read', element: teamElement(team) },
    ...(far ? [{ name: 'far_table', access: 'read', element: teamElement(team) } as const] : []),
    ...(positions === 'none'
      ? []
      : [{ name: 'positions', access: 'read', element: 'i32' } as const]),
    ...(offset ? [{ name: 'first', access: 'read', element: 'i32' } as const] : []),
    { name: 'y', access: 'read_write', element: storedElement(team, epilogue) },
    ...epilogue.bindings,
  ],
  body: (spec) => {
    const { size, rotated, inverse, far, positions, offset, team, epilogue } = spec;
    const given = { none: 'i32(row % params.length)', sequence: 'positions[row % params.length]' };
    const own = positions === 'rows' ? 'positions[row]' : given[positions];
    const width = rotated / team.width;
    const last = far ? TABLE_ROWS * TABLE_ROWS - 1 : TABLE_ROWS - 1;
    return wgsl`
alias V = ${teamElement(team)};
${storeFunction(team, 'y', epilogue)}
@compute @workgroup_size(${ROTARY_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${ROTARY_WORKGROUP}u + lane;
  if (index >= params.rows * params.columns) { return; }
  let row = index / params.columns;
  let column = index % params.columns;
  let channel = column % ${size / team.width}u;
  var value = x[index];
  if (column < params.headColumns && channel < ${width}u) {
    let position = u32(clamp(${own}${offset ? ' + first[0]' : ''}, 0, ${last}));
    let near = position % ${TABLE_ROWS}u * ${2 * width}u + channel;
    var cosine = near_table[near];
    var sine = near_table[near + ${width}u];
    #if ${far}
    let far = position / ${TABLE_ROWS}u * ${2 * width}u + channel;
    let far_cosine = far_table[far];
    let far_sine = far_table[far + ${width}u];
    let sum = sine * far_cosine + cosine * far_sine;
    cosine = cosine * far_cosine - sine * far_sine;
    sine = sum;
    #endif
    value = value * cosine ${inverse ? '-' : '+'} ${partner(spec)} * sine;
  }
  store(index, value);
}`;
  },
});

/** The other channel of the pair. Its sine is negative where it is the second. */
function partner({ interleaved, rotated, team }: RotarySpec): string {
  if (interleaved) {
    return team.width === 4
      ? 'value.yxwz'
      : 'x[select(index - 1u, index + 1u, channel % 2u == 0u)]';
  }
  const half = `${rotated / 2 / team.width}u`;
  return `x[select(index - ${half}, index + ${half}, channel < ${half})]`;
}
