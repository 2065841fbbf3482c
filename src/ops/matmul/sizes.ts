/**
 * The sizes of a product, and how its batch maps to the matrices of each side: by strides where they suffice.
 */
import type { BatchSpan } from '../../../shaders/matmul/spec';
import { type Dim, dimsEqual, multiplyDims } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import {
  broadcastDim,
  broadcastShapes,
  dimAt,
  formatType,
  lastDim,
  type Shape,
  type TensorType,
} from '../../core/shape';
import type { MatmulAttrs } from './attrs';

/** Neighbouring batch axes that are merged because the same sides are broadcast along them. */
export interface Span {
  readonly side: BatchSpan;
  readonly size: Dim;
}

export interface Sizes {
  /** Rows of a result. Where A is not transposed, the last batch axes that only A has count as rows. */
  readonly m: Dim;
  readonly n: Dim;
  readonly k: Dim;
  /** Number of products: the product of all spans. */
  readonly batch: Dim;
  readonly spans: readonly Span[];
  /** Shape of the result without its last axis. */
  readonly outer: Shape;
  /** Elements from one matrix to the next; 0 for a matrix that the whole batch shares. */
  readonly strideA: Dim;
  readonly strideB: Dim;
}

/** @throws DTypeError, ShapeError as `matmul` does */
export function sizesOf(
  a: TensorType,
  b: TensorType,
  { transposeA, transposeB }: MatmulAttrs,
): Sizes {
  const fits = a.dtype === 'f32' && b.dtype === 'f32' && a.shape.length >= 2 && b.shape.length >= 2;
  if (!fits) {
    throw new DTypeError(
      `matmul: expected f32 matrices, found ${formatType(a)} and ${formatType(b)}`,
    );
  }
  const [rows, columns] = [dimAt(a, -2), lastDim(a)];
  const [m, k] = transposeA ? [columns, rows] : [rows, columns];
  const [first, second] = [dimAt(b, -2), lastDim(b)];
  const [kb, n] = transposeB ? [second, first] : [first, second];
  if (!dimsEqual(k, kb)) {
    throw new ShapeError(
      `matmul: inner sizes differ: ${formatType(a)}${transposeA ? ' transposed' : ''} x ` +
        `${formatType(b)}${transposeB ? ' transposed' : ''}: ${k} against ${kb}; transpose one?`,
    );
  }
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const where = `matmul: batch axes of ${formatType(a)} x ${formatType(b)}`;
  const outer = broadcastShapes(where, outerA, outerB);
  const all = spansOf(outerA, outerB, outer);
  const last = all.at(-1);
  // Where B is broadcast along the last batch axes, those are further rows of A.
  const folds = last?.side === 'a' && !transposeA;
  const spans = folds ? all.slice(0, -1) : all;
  const has = (side: BatchSpan) => spans.some((span) => span.side === side || span.side === 'both');
  const folded = folds ? multiplyDims(last.size, m) : m;
  return {
    m: folded,
    n,
    k,
    batch: spans.map(({ size }) => size).reduce(multiplyDims, 1),
    spans,
    outer: [...outer, m],
    strideA: has('a') ? multiplyDims(folded, k) : 0,
    strideB: has('b') ? multiplyDims(k, n) : 0,
  };
}

/** The spans of the broadcast batch axes `outer`, outermost first. Axes of size 1 are in none. */
function spansOf(outerA: Shape, outerB: Shape, outer: Shape): readonly Span[] {
  const spans: Span[] = [];
  outer.forEach((size, i) => {
    if (size === 1) return;
    const has = (own: Shape) => broadcastDim(own, i - outer.length) !== 1;
    const side = !has(outerB) ? 'a' : has(outerA) ? 'both' : 'b';
    const previous = spans.at(-1);
    if (previous?.side === side) {
      spans[spans.length - 1] = { side, size: multiplyDims(previous.size, size) };
    } else {
      spans.push({ side, size });
    }
  });
  return spans;
}
