/** The general op that moves elements, of which transpose, slice, flip and pad are special cases. */

import { float } from '../../../shaders/lib/wgsl';
import { REMAP_WORKGROUP, remap as remapKernel } from '../../../shaders/remap.wgsl';
import { addDims, divideDims, isMultipleOf } from '../../core/dim';
import { OptionError } from '../../core/errors';
import { type DType, isEmpty, lastDim, numberOfElements, type Shape } from '../../core/shape';
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
import { isValueOf } from '../checks';
import { LONE_TEAM } from '../rowTeams';
import type { RemapAttrs } from './attrs';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

function literal(value: number, dtype: DType): string {
  return dtype === 'f32' ? float(value) : `${elements[dtype]}(${value})`;
}

/** A step or spread of 1 for each axis. */
export const ones = (axes: readonly unknown[]) => axes.map(() => 1);

/** Whether elements can be moved as vec4<f32> along the last axis, forwards or backwards. */
function movesInFours({ attrs, inputs, types }: Node<RemapAttrs, 1, 1>): boolean {
  const { permutation, starts, shape, steps = ones(shape), spreads = ones(shape) } = attrs;
  const last = shape.length - 1;
  const [[x], [y], start] = [inputs, types, starts.at(-1)];
  if (y.dtype !== 'f32' || permutation.at(-1) !== last || start === undefined) return false;
  const step = steps.at(-1);
  // Backwards, the vec4 that ends at the start comes first.
  const edge = step === -1 ? addDims(start, 1) : start;
  return (
    (step === 1 || step === -1) &&
    spreads.at(-1) === 1 &&
    [lastDim(y), lastDim(x), edge].every((size) => isMultipleOf(size, 4)) &&
    !isEmpty(x) &&
    !isEmpty(y)
  );
}

/** Sizes in units of `width` elements along the last axis. */
function inUnits(dims: Shape, width: number): Shape {
  return dims.map((d, i) => (i === dims.length - 1 ? divideDims(d, width) : d));
}

/** Starts in units of `width` elements; for an axis read backwards, the start is the last element. */
function startsInUnits({ starts, steps = [] }: RemapAttrs, width: number): Shape {
  if (width === 1 || steps.at(-1) !== -1) return inUnits(starts, width);
  const edges = starts.map((start, i) => (i === starts.length - 1 ? addDims(start, 1) : start));
  return inUnits(edges, width).map((edge, i) =>
    i === starts.length - 1 ? addDims(edge, -1) : edge,
  );
}

function remapCalls({ node, epilogue }: LoweringCall<RemapAttrs, 1, 1>): readonly KernelCall[] {
  const { permutation, shape, value, steps, spreads } = node.attrs;
  const { dtype } = node.types[0];
  const width = movesInFours(node) ? 4 : 1;
  const to = inUnits(shape, width);
  const from = inUnits(node.inputs[0].shape, width);
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
      params: [size, ...to, ...from, ...startsInUnits(node.attrs, width)],
      grid: (count) => grid1d(Math.ceil(count(size) / REMAP_WORKGROUP)),
    }),
  ];
}

export const remapOp = defineOp<RemapAttrs>({
  name: 'remap',
  infer: ([x], { shape, value }) => {
    if (isValueOf(x.dtype, value)) return [{ dtype: x.dtype, shape }];
    throw new OptionError(`pad: ${value} is not a value of ${x.dtype}`);
  },
  lowering: { kind: 'kernel', calls: remapCalls, epilogue: true },
});

/** Moves elements as the attributes say; see RemapAttrs. */
export function remap(x: Tensor, attrs: RemapAttrs): Tensor {
  return apply(remapOp, [x], attrs);
}

declare module '../../graph/op' {
  interface OpSet {
    remap: typeof remap;
  }
}
