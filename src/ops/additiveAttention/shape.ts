/** The team of threads that works on a batch row in the kernels of this folder. */
import type { RowTeam } from '../../../shaders/lib/rowTeam';
import { type Dim, dimBound, divideDims, isMultipleOf } from '../../core/dim';
import { dims, type TensorType } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import type { TeamCall } from '../rows';
import { teamCandidates, teamsByName } from '../rowTeamCandidates';
import { LONE_TEAM } from '../rowTeams';

/** The team for each row, and the params of the kernels. */
export function additiveShape(
  { node, target, choose }: TeamCall,
  keys: TensorType,
  values: TensorType,
): { readonly team: RowTeam; readonly rows: Dim; readonly params: readonly Dim[] } {
  const [rows, count, size] = dims(keys, 3, 'keys');
  const [, , valueSize] = dims(values, 3, 'values');
  const aligned = isMultipleOf(size, 4) && isMultipleOf(valueSize, 4);
  const length = Math.max(dimBound(size), dimBound(valueSize));
  const candidates = teamCandidates(target, {
    rows: dimBound(rows),
    length,
    aligned,
    holds: false,
  });
  // The kernels alternate between loops over keys and over channels, so that several short rows in a workgroup
  // are faster than one row shared by lanes.
  const first = target.software ? [{ ...LONE_TEAM, rows: 4 }] : [];
  const teams = [...first, ...candidates.values()];
  const team = choose({
    family: node.op.name,
    shape: `${sizeClass({ rows, count, size, value: valueSize })}${aligned ? ' by 4' : ''}`,
    candidates: teamsByName(teams.map((one) => ({ ...one, width: aligned ? 4 : 1 }))),
  });
  const quads = (d: Dim) => (aligned ? divideDims(d, 4) : d);
  return { team, rows, params: [rows, count, quads(size), quads(valueSize)] };
}
