/** How the kernels of this folder share their work. */
import { LONE_TEAM, type RowTeam } from '../../../shaders/lib/rowTeam';
import { byName, teamCandidates } from '../../../shaders/lib/teamCandidates';
import { type Dim, dimBound, divideDims, isMultipleOf } from '../../core/dim';
import { dims, type TensorType } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import type { TeamCall } from '../rows';

/** The team of a row, and the kernels' params. */
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
  // Scores and sums take turns over keys and channels: as many rows as there are, never long ones.
  const first = target.software ? [{ ...LONE_TEAM, rows: 4 }] : [];
  const teams = [...first, ...candidates.values()];
  const team = choose({
    family: node.op.name,
    shape: `${sizeClass({ rows, count, size, value: valueSize })}${aligned ? ' by 4' : ''}`,
    candidates: byName(teams.map((one) => ({ ...one, width: aligned ? 4 : 1 }))),
  });
  const quads = (d: Dim) => (aligned ? divideDims(d, 4) : d);
  return { team, rows, params: [rows, count, quads(size), quads(valueSize)] };
}
