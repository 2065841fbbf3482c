/** Moving elements: transpose, slice and pad are one op, `remap`; see also expand.ts. */
import { LONE_TEAM } from '../../../shaders/lib/rowTeam';
import { float } from '../../../shaders/lib/wgsl';
import { REMAP_WORKGROUP, remap as remapKernel } from '../../../shaders/remap.wgsl';
import { addDims, type Dim, divideDims, isMultipleOf, subtractDims } from '../../core/dim';
import { OptionError, ShapeError } from '../../core/errors';
import {
  type DType,
  formatShape,
  normaliseAxis,
  numberOfElements,
  type Shape,
} from '../../core/shape';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  output,
  type Tensor,
} from '../../graph/op';
import type { RemapAttrs } from './attrs';

export { broadcastOp, broadcastTo, oneHot, oneHotOp } from './expand';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function literal(value: number, dtype: DType): string {
  return dtype === 'f32' ? float(value) : `${value}${dtype === 'i32' ? 'i' : 'u'}`;
}

const ones = (axes: readonly unknown[]) => axes.map(() => 1);

/** Whether the last axis can be moved four f32 at a time. */
function movesInFours({ attrs, inputs, types }: Node<RemapAttrs>): boolean {
  const { permutation, starts, shape, steps = [], spreads = [] } = attrs;
  const last = shape.length - 1;
  const sizes = [shape[last], inputs[0]?.shape[last], starts[last]];
  return (
    types[0]?.dtype === 'f32' &&
    permutation[last] === last &&
    (steps[last] ?? 1) === 1 &&
    (spreads[last] ?? 1) === 1 &&
    sizes.every((size) => size !== undefined && isMultipleOf(size, 4)) &&
    ![...shape, ...(inputs[0]?.shape ?? [])].includes(0)
  );
}

/** Sizes in units of `width` elements along the last axis. */
function inUnits(dims: Shape, width: number): Shape {
  return dims.map((d, i) => (i === dims.length - 1 ? divideDims(d, width) : d));
}

function remapCalls({ node, epilogue }: LoweringCall<RemapAttrs>): readonly KernelCall[] {
  const { permutation, starts, shape, value, steps, spreads } = node.attrs;
  const dtype = node.types[0]?.dtype ?? 'f32';
  const width = movesInFours(node) ? 4 : 1;
  const to = inUnits(shape, width);
  const from = inUnits(node.inputs[0]?.shape ?? [], width);
  const size = numberOfElements(to);
  return [
    kernelCall({
      kernel: remapKernel,
      spec: {
        permutation,
        steps: steps ?? ones(shape),
        spreads: spreads ?? ones(shape),
        element: elements[dtype],
        value: literal(value, dtype),
        team: { ...LONE_TEAM, width },
        epilogue,
      },
      operands: [input(0), output(0)],
      params: [size, ...to, ...from, ...inUnits(starts, width)],
      grid: (count) => grid1d(Math.ceil(count(size) / REMAP_WORKGROUP)),
    }),
  ];
}

export const remapOp = defineOp<RemapAttrs>({
  name: 'remap',
  infer: ([x], { shape }) => [{ dtype: x?.dtype ?? 'f32', shape }],
  lowering: { kind: 'kernel', calls: remapCalls, epilogue: true },
});

/** The general move; see RemapAttrs. */
export function remap(x: Tensor, attrs: RemapAttrs): Tensor {
  return apply(remapOp, [x], attrs);
}

const zeros = (x: Tensor) => x.shape.map(() => 0);
const identity = (x: Tensor) => x.shape.map((_, i) => i);

/**
 * Axes in another order: result axis i is axis permutation[i] of x.
 * @throws ShapeError when it is no permutation of the axes
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const axes = permutation.map((axis) => normaliseAxis('transpose', axis, x.shape.length));
  if (new Set(axes).size !== x.shape.length) {
    throw new ShapeError(
      `transpose: [${permutation}] is no permutation of ${formatShape(x.shape)}`,
    );
  }
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  return remap(x, { permutation: axes, starts: zeros(x), shape, value: 0 });
}

export interface SliceOptions {
  /** Of each axis; 0 when left out. */
  readonly starts: Shape;
  /** Of each axis, exclusive; the size when left out. */
  readonly ends: Shape;
  /** Distance between the elements taken, of each axis; 1 when left out. */
  readonly steps?: readonly number[];
}

/**
 * The part from `starts` up to, without, `ends`, an entry an axis.
 * @throws ShapeError when a part is outside of x; OptionError for steps that are not positive
 */
export function slice(x: Tensor, { starts, ends, steps = [] }: SliceOptions): Tensor {
  const shape = x.shape.map((size, i): Dim => {
    const [start, end, step] = [starts[i] ?? 0, ends[i] ?? size, steps[i] ?? 1];
    const outside = typeof end === 'number' && typeof size === 'number' && end > size;
    const before = typeof start === 'number' && start < 0;
    const length = subtractDims(end, start);
    if (before || outside || (typeof length === 'number' && length < 0)) {
      throw new ShapeError(`slice: ${start} to ${end} of axis ${i} of ${formatShape(x.shape)}`);
    }
    if (!(Number.isInteger(step) && step > 0) || (step > 1 && typeof length !== 'number')) {
      throw new OptionError(
        `slice: step ${step} of axis ${i} of ${formatShape(x.shape)} must be a positive whole ` +
          'number, and 1 where the length is symbolic',
      );
    }
    return typeof length === 'number' ? Math.ceil(length / step) : length;
  });
  return remap(x, {
    permutation: identity(x),
    starts: x.shape.map((_, i) => starts[i] ?? 0),
    shape,
    value: 0,
    steps: x.shape.map((_, i) => steps[i] ?? 1),
    spreads: ones(shape),
  });
}

/**
 * x with `before` and `after` elements of `value` added on each axis.
 * @throws OptionError for negative amounts
 */
export function pad(
  x: Tensor,
  options: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value?: number;
  },
): Tensor {
  const { before, after, value = 0 } = options;
  if ([...before, ...after].some((n) => !(Number.isInteger(n) && n >= 0))) {
    throw new OptionError(
      `pad: amounts must be whole and not negative: [${before}] and [${after}]`,
    );
  }
  const shape = x.shape.map((size, i) => addDims(size, (before[i] ?? 0) + (after[i] ?? 0)));
  const starts = x.shape.map((_, i) => -(before[i] ?? 0));
  return remap(x, { permutation: identity(x), starts, shape, value });
}

declare module '../../graph/op' {
  interface OpSet {
    remap: typeof remap;
    transpose: typeof transpose;
    slice: typeof slice;
    pad: typeof pad;
  }
}
