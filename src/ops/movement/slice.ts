/** Slices, with positive and negative steps. */
import { type Dim, divideDims, isMultipleOf, subtractDims } from '../../core/dim';
import { OptionError, ShapeError } from '../../core/errors';
import { dimAt, formatShape, normaliseAxes } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { ones, remap } from './remap';

/** One entry per axis. Axes without an entry, or with an undefined one, are taken whole. */
export interface SliceOptions {
  /** Index of the first element: by default 0, or the last index where the step is negative. */
  readonly starts: readonly (Dim | undefined)[];
  /**
   * Index to stop before: by default the size, or -1 where the step is negative. Negative indices do not count
   * from the end: -1 is the place before the first element.
   */
  readonly ends: readonly (Dim | undefined)[];
  /** Distance from one element to the next, not 0; 1 by default. */
  readonly steps?: readonly (number | undefined)[];
}

interface Part {
  readonly start: Dim;
  readonly step: number;
  readonly length: Dim;
}

/**
 * For each axis, the elements start, start + step, ... before `end`. These are Python's slices, except that
 * negative indices do not count from the end: `{ starts: [4], ends: [-1], steps: [-2] }` takes the elements 4,
 * 2 and 0. On an axis of symbolic size, steps other than 1 and -1 are allowed only where they divide the
 * length.
 * @throws ShapeError when a part is outside of x; OptionError for steps that are 0 or not whole numbers
 */
export function slice(x: Tensor, { starts, ends, steps = [] }: SliceOptions): Tensor {
  const parts = x.shape.map((_, i) => partOf(x, i, starts[i], ends[i], steps[i] ?? 1));
  return remap(x, {
    permutation: x.shape.map((_, i) => i),
    starts: parts.map(({ start }) => start),
    shape: parts.map(({ length }) => length),
    value: 0,
    steps: parts.map(({ step }) => step),
    spreads: ones(parts),
  });
}

function partOf(
  x: Tensor,
  axis: number,
  from: Dim | undefined,
  to: Dim | undefined,
  step: number,
): Part {
  const size = dimAt(x, axis);
  const where = `axis ${axis} of ${formatShape(x.shape)}`;
  const isFraction = (n?: Dim) => typeof n === 'number' && n % 1 !== 0;
  if (step === 0 || [from, to, step].some(isFraction)) {
    throw new OptionError(`slice: ${from} to ${to} in steps of ${step}, ${where}: needs integers`);
  }
  const isForward = step > 0;
  const start = from ?? (isForward ? 0 : subtractDims(size, 1));
  const end = to ?? (isForward ? size : -1);
  const span = isForward ? subtractDims(end, start) : subtractDims(start, end);
  const [low, past] = isForward
    ? [start, subtractDims(end, size)]
    : [end, subtractDims(start, size)];
  const [least, most] = isForward ? [0, 0] : [-1, -1];
  if (isBelow(low, least) || isBelow(most, past) || isBelow(span, 0)) {
    const rule = isForward ? '0 <= start <= end <= size' : '-1 <= end <= start < size';
    throw new ShapeError(`slice: ${start} to ${end} in steps of ${step}, ${where}: needs ${rule}`);
  }
  return { start, step, length: lengthOf(span, Math.abs(step), where) };
}

/** Whether a < b is known to hold: sizes may be symbolic. */
function isBelow(a: Dim, b: Dim): boolean {
  return typeof a === 'number' && typeof b === 'number' && a < b;
}

function lengthOf(span: Dim, distance: number, where: string): Dim {
  if (typeof span === 'number') return Math.ceil(span / distance);
  if (isMultipleOf(span, distance)) return divideDims(span, distance);
  throw new OptionError(
    `slice: step ${distance} of ${where} does not divide the symbolic length ${span}: take a ` +
      'length that is a multiple of it, or step 1',
  );
}

/**
 * Reverses the order of elements along some axes.
 * @param axes a negative one counts from the last; all by default
 * @throws ShapeError when an axis is out of range
 */
export function flip(x: Tensor, axes?: readonly number[] | number): Tensor {
  const flipped = normaliseAxes('flip', axes, x.shape.length);
  if (flipped.length === 0) return x;
  return slice(x, {
    starts: [],
    ends: [],
    steps: x.shape.map((_, i) => (flipped.includes(i) ? -1 : 1)),
  });
}

declare module '../../graph/op' {
  interface OpSet {
    slice: typeof slice;
    flip: typeof flip;
  }
}
