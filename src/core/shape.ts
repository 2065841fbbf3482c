/**
 * Element types and shapes of tensors. Layout is row-major; sizes are numbers or bounded symbols.
 */
import { type Dim, dimsEqual, evaluateDim, multiplyDims, type SizeTable } from './dim';
import { ShapeError } from './errors';
import type { Repeated } from './repeated';

/** Element types of tensors, each 4 bytes on the device; 'bool' is a u32 of 0 or 1. */
export type DType = 'f32' | 'i32' | 'bool';

export const ELEMENT_BYTES = 4;

/** Sizes of a tensor's axes; the last axis is contiguous. */
export type Shape = readonly Dim[];

/** Element type and shape of a tensor. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A tensor type whose element type is known to TypeScript. */
export interface TypeOf<D extends DType> extends TensorType {
  readonly dtype: D;
}

/**
 * The type of float32 tensors of a shape, as in `f32(dim('B', 64), 4)`; without sizes, of a scalar.
 */
export function f32(...shape: Shape): TypeOf<'f32'> {
  return { dtype: 'f32', shape };
}

/** The type of int32 tensors of a shape, for ids, lengths and positions. */
export function i32(...shape: Shape): TypeOf<'i32'> {
  return { dtype: 'i32', shape };
}

/** The product of the sizes; 1 for a scalar. */
export function numberOfElements(shape: Shape): Dim {
  return shape.reduce<Dim>(multiplyDims, 1);
}

/** Whether two shapes have equally many elements, whatever their symbols are. */
export function sameSize(a: { readonly shape: Shape }, b: { readonly shape: Shape }): boolean {
  return dimsEqual(numberOfElements(a.shape), numberOfElements(b.shape));
}

/** Whether a type has no elements, for any values of its symbols. */
export function isEmpty({ shape }: { readonly shape: Shape }): boolean {
  return shape.includes(0);
}

/** What has a shape: a tensor, a type, an array of numbers. */
export interface Shaped<D extends Dim = Dim> {
  readonly shape: readonly D[];
}

/**
 * The sizes of what has a rank: `const [batch, length, width] = dims(x, 3, 'attention: x')`.
 * @throws ShapeError when it has another rank
 */
export function dims<D extends Dim, const N extends number>(
  x: Shaped<D>,
  rank: N,
  what: string,
): Repeated<D, N>;
export function dims({ shape }: Shaped, rank: number, what: string): Shape {
  if (shape.length === rank) return shape;
  throw new ShapeError(
    `${what}: expected rank ${rank}, found ${shape.length}: ${formatShape(shape)}`,
  );
}

/**
 * The size of an axis; negative axes count from the back.
 * @throws ShapeError when there is no such axis
 */
export function dimAt<D extends Dim>({ shape }: Shaped<D>, axis: number): D {
  const size = shape.at(axis);
  if (size === undefined) throw new ShapeError(`no axis ${axis} in shape ${formatShape(shape)}`);
  return size;
}

/**
 * The size of the last axis.
 * @throws ShapeError for a single value, which has no axes
 */
export function lastDim<D extends Dim>(x: Shaped<D>): D {
  return dimAt(x, -1);
}

export function shapesEqual(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => dimsEqual(d, dimAt({ shape: b }, i)));
}

/** The sizes of a shape as numbers, with symbols replaced by their values. */
export function evaluateShape(shape: Shape, sizes: SizeTable): number[] {
  return shape.map((d) => evaluateDim(d, sizes));
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

export function formatType({ dtype, shape }: TensorType): string {
  return `${dtype}${formatShape(shape)}`;
}

/**
 * The result shape of NumPy broadcasting: aligned at the last axis, sizes must be equal or 1.
 * @throws ShapeError naming both shapes
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const x = broadcastDim(a, i - rank);
    const y = broadcastDim(b, i - rank);
    if (x === 1) return y;
    if (y === 1 || dimsEqual(x, y)) return x;
    throw new ShapeError(
      `${where}: ${formatShape(a)} and ${formatShape(b)} do not broadcast: ${x} against ${y}`,
    );
  });
}

/** The size of an axis that is counted from the back, -1 the last: 1 for one that broadcasting puts in front. */
export function broadcastDim(shape: Shape, axis: number): Dim {
  return shape.at(axis) ?? 1;
}

/**
 * Converts an axis, which may count from the last if negative, to a non-negative one.
 * @throws ShapeError if it is out of range
 */
export function normaliseAxis(where: string, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= rank) {
    throw new ShapeError(`${where}: axis ${axis} is out of range for rank ${rank}`);
  }
  return at;
}

/** The distinct non-negative axes in ascending order (default: all axes). */
export function normaliseAxes(
  where: string,
  axes: readonly number[] | number | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = typeof axes === 'number' ? [axes] : axes;
  const result = [...new Set(list.map((axis) => normaliseAxis(where, axis, rank)))];
  return result.sort((a, b) => a - b);
}
