/** How the kernels of this folder share their work. */
import { chooseTeam, type RowTeam } from '../../../shaders/lib/rowTeam';
import { type Dim, dimBound, divideDims, isMultipleOf } from '../../core/dim';
import type { TensorType } from '../../core/shape';
import type { Target } from '../../graph/op';

/** The team of a row, and the kernels' params. */
export function additiveShape(
  target: Target,
  keys: TensorType,
  values: TensorType,
): { readonly team: RowTeam; readonly rows: Dim; readonly params: readonly Dim[] } {
  const [rows = 1, count = 1, size = 1] = keys.shape;
  const valueSize = values.shape[2] ?? 1;
  const aligned = isMultipleOf(size, 4) && isMultipleOf(valueSize, 4);
  const length = Math.max(dimBound(size), dimBound(valueSize));
  // Scores and sums take turns over keys and channels: as many rows as there are, never long ones.
  const chosen = target.software
    ? ({ lanes: 1, rows: 4, width: aligned ? 4 : 1 } as const)
    : chooseTeam(target, { rows: dimBound(rows), length, aligned });
  const team: RowTeam = { ...chosen, width: aligned ? 4 : 1 };
  const quads = (d: Dim) => (aligned ? divideDims(d, 4) : d);
  return { team, rows, params: [rows, count, quads(size), quads(valueSize)] };
}
