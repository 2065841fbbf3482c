/** All kernels of products, for programs that they are handed in to. */
import type { MatmulVariant } from '../../../shaders/matmul';
import { matmulCandidates } from '../../../shaders/matmul/candidates';
import { dimBound, isMultipleOf } from '../../core/dim';
import { defined } from '../../core/errors';
import { type Question, sizeClass } from '../../graph/choice';
import type { LoweringCall } from '../../graph/op';
import type { MatmulAttrs } from './attrs';
import { sizesOf } from './sizes';

/** The candidates for a product, the likely best first. */
export function matmulQuestion({
  node,
  target,
}: LoweringCall<MatmulAttrs>): Question<MatmulVariant> {
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attrs;
  const { m, n, k, batch } = sizesOf(defined(a, 'a'), defined(b, 'b'), node.attrs);
  const bounds = { m: dimBound(m), n: dimBound(n), k: dimBound(k), batch: dimBound(batch) };
  const sides = `${transposeA ? 't' : 'n'}${transposeB ? 't' : 'n'}`;
  const aligned = { m: isMultipleOf(m, 4), n: isMultipleOf(n, 4), k: isMultipleOf(k, 4) };
  const quads = Object.entries(aligned).flatMap(([side, isAligned]) => (isAligned ? [side] : []));
  const candidates = matmulCandidates(bounds, { transposeA, transposeB, aligned }, target);
  return {
    family: 'matmul',
    shape: `${sides} ${quads.join('')} ${sizeClass({ m, n, k, batch })}`,
    candidates: new Map(candidates.map((one) => [one.name, one])),
  };
}

declare module '../../graph/target' {
  interface Kernels {
    readonly matmul?: typeof matmulQuestion;
  }
}
