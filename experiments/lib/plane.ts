/** Charts of vectors along their first two principal components. */
import type { Device } from 'qkv';
import { principalComponents } from 'qkv/inspect';
import type { PointChart } from '../../tools/lib/charts';
import { rowsOf } from './capture';

export interface Item {
  readonly vector: readonly number[];
  readonly label: string;
  /** The group, which determines the colour. */
  readonly group: string;
}

/** Makes a chart. @param items at least 3, with vectors of at least 2 dimensions */
export async function planeChart(
  device: Device,
  title: string,
  items: readonly Item[],
): Promise<PointChart> {
  const shape = [items.length, items[0]?.vector.length ?? 0];
  const data = Float32Array.from(items.flatMap(({ vector }) => vector));
  const { projections, explained } = await principalComponents(device, { shape, data }, 2);
  const places = rowsOf(projections);
  const axis = (k: number) => ({
    name: `component ${k + 1} (${(100 * (explained.data[k] ?? 0)).toFixed(0)}% of the variance)`,
  });
  const groups: Record<string, PointChart['groups'][string][number][]> = {};
  items.forEach(({ label, group }, i) => {
    const [x = 0, y = 0] = places[i] ?? [];
    groups[group] = [...(groups[group] ?? []), { at: [x, y], label }];
  });
  return { kind: 'points', title, x: axis(0), y: axis(1), groups };
}
