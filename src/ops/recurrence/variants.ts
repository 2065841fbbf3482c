/** Which variants of the recurrent kernels suit a layer on a device. */
import type { RecurrenceVariant } from '../../../shaders/recurrence/spec';
import type { Target } from '../../graph/target';
import { hasQuadSubgroups, startsQuickly } from '../variants';

/** Operations of one dispatch: about 50 ms on a software adapter. */
const DISPATCH_WORK = { software: 1e8, hardware: 1e9 } as const;

/**
 * Number of time steps in one dispatch, so that it takes a short time. @param work operations of a time step
 */
export function stepsOfDispatch(
  { persistent }: RecurrenceVariant,
  work: number,
  { software }: Pick<Target, 'software'>,
): number {
  const most = software ? DISPATCH_WORK.software : DISPATCH_WORK.hardware;
  return persistent ? Math.max(1, Math.floor(most / work)) : 1;
}

/**
 * The variants that a device can run by name, the default first: one time step per dispatch, with tall tiles
 * where lanes are few, and with k split over threads where they are many. (4 rows by 1024 columns with k of 256
 * take 24 us by tiles on an H200, and 4 us where eight threads split k.)
 * @param work multiply-adds of a time step
 */
export function recurrenceVariants(
  rows: number,
  work: number,
  target: Target,
): ReadonlyMap<string, RecurrenceVariant> {
  const { software } = target;
  const hasQuads = hasQuadSubgroups(target);
  const isQuick = startsQuickly(work, target);
  const heights = software ? (hasQuads && !isQuick ? [16, 8, 1] : [4, 8, 1]) : [1, 4];
  const fitting = heights.map(
    (most) => [1, 4, 8, 16].find((n) => n >= Math.min(rows, most)) ?? most,
  );
  const all = ['subgroup', 'tile'] as const;
  const products = hasQuads ? (isQuick ? all.toReversed() : all) : (['tile'] as const);
  const variants = [false, true].flatMap((persistent) =>
    products.flatMap((product) => fitting.map((tileM) => ({ product, tileM, persistent }))),
  );
  const sliced = [1, 4].map((tileM) => ({ product: 'slices', tileM, persistent: false }) as const);
  const ordered = software ? [...variants, ...sliced] : [...sliced, ...variants];
  return new Map(
    ordered.map((variant) => {
      const { product, tileM, persistent } = variant;
      return [`${persistent ? 'persistent ' : ''}${product} ${tileM}`, variant];
    }),
  );
}
