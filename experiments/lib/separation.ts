/** Measures of how well labels separate points, from all pairwise distances, in float64. */

type Row = readonly number[];

/** Pairwise distances [n][n]. */
export type Distances = readonly Row[];

/** Euclidean distances between points. */
export function distancesOf(points: readonly Row[]): Distances {
  return points.map((a) =>
    points.map((b) => Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0))),
  );
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Mean silhouette (Rousseeuw 1987): for each point (b - a) / max(a, b), where a is the mean
 * distance to the other points of its label, and b that to the points of the nearest other label.
 * It is 0 for the only point of a label, and if both distances are 0.
 */
export function silhouette(distances: Distances, labels: readonly string[]): number {
  const known = [...new Set(labels)];
  return meanOf(
    distances.map((row, i) => {
      const toward = (label: string) => row.filter((_, j) => j !== i && labels[j] === label);
      const own = toward(labels[i] ?? '');
      if (own.length === 0) return 0;
      const a = meanOf(own);
      const others = known.filter((label) => label !== labels[i]);
      const b = Math.min(...others.map((label) => meanOf(toward(label))));
      const larger = Math.max(a, b);
      return larger === 0 ? 0 : (b - a) / larger;
    }),
  );
}

/** Fraction of points whose nearest neighbour has the same label; ties count fractionally. */
export function neighbourAccuracy(distances: Distances, labels: readonly string[]): number {
  return meanOf(
    distances.map((row, i) => {
      const others = row.map((distance, j) => ({ distance, j })).filter(({ j }) => j !== i);
      const least = Math.min(...others.map(({ distance }) => distance));
      const nearest = others.filter(({ distance }) => distance === least);
      return nearest.filter(({ j }) => labels[j] === labels[i]).length / nearest.length;
    }),
  );
}

/** Mean distances of pairs with equal and with different labels. */
export function meanDistances(
  distances: Distances,
  labels: readonly string[],
): { readonly within: number; readonly between: number } {
  const pairs = distances.flatMap((row, i) =>
    row.slice(0, i).map((distance, j) => ({ distance, same: labels[i] === labels[j] })),
  );
  const mean = (same: boolean) =>
    meanOf(pairs.filter((pair) => pair.same === same).map(({ distance }) => distance));
  return { within: mean(true), between: mean(false) };
}

/** Fraction of points with the most common label: the accuracy of always guessing it. */
export function majority(labels: readonly string[]): number {
  const counts = [...new Set(labels)].map((label) => labels.filter((l) => l === label).length);
  return Math.max(...counts) / labels.length;
}
