/** Reductions over the lanes of a team by subgroup operations. Subgroups combine in workgroup memory. */
import { type CombineName, type Join, MAX, MIN, SUM } from './rowTeam';
import { wgsl } from './wgsl';

/**
 * The texts for `RowTeam.joins`.
 * @param lanes of a team  @param subgroup lanes of a subgroup
 */
export function subgroupJoins(
  lanes: number,
  subgroup: number,
): Readonly<Record<CombineName, string>> {
  const join = (all: string, shared: string, two: Join) => wgsl`var result = ${all}(value);
  #if ${lanes > subgroup}
  // Subgroups are runs of consecutive lanes.
  if (lane % ${subgroup}u == 0u) { ${shared}[lane / ${subgroup}u] = result; }
  workgroupBarrier();
  result = ${shared}[0];
  for (var i = 1u; i < ${Math.ceil(lanes / subgroup)}u; i++) { result = ${two('result', `${shared}[i]`)}; }
  workgroupBarrier();
  #endif`;
  return {
    team_sum: join('subgroupAdd', 'shared_f32', SUM),
    team_max: join('subgroupMax', 'shared_f32', MAX),
    across_min_index: join('subgroupMin', 'shared_u32', MIN),
  };
}
