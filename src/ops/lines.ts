/** A tensor as lines along one axis. Neighbouring elements of a line are `inner` elements apart. */
import { type Dim, multiplyDims } from '../core/dim';
import { dimAt, numberOfElements, type Shape } from '../core/shape';

export interface Lines {
  /** Products of the sizes before the axis and behind it, and the size of the axis itself. */
  readonly outer: Dim;
  readonly size: Dim;
  readonly inner: Dim;
  /** Number of lines. */
  readonly count: Dim;
}

/** @param axis counted from the front */
export function linesOf(shape: Shape, axis: number): Lines {
  const outer = numberOfElements(shape.slice(0, axis));
  const inner = numberOfElements(shape.slice(axis + 1));
  return { outer, size: dimAt({ shape }, axis), inner, count: multiplyDims(outer, inner) };
}

/** The shape with the size of an axis replaced. */
export function withSize(shape: Shape, axis: number, size: Dim): Shape {
  return shape.map((d, i) => (i === axis ? size : d));
}
