/** Scatters updates by index along an axis, in a fixed order and without atomics. */
import { SCATTER_WORKGROUP, scatter as scatterKernel } from '../../../shaders/scatter.wgsl';
import { type Dim, dimBound, dimsEqual } from '../../core/dim';
import { checkOptions, DTypeError, OptionError, ShapeError } from '../../core/errors';
import {
  dimAt,
  formatShape,
  formatType,
  normaliseAxis,
  numberOfElements,
  shapesEqual,
  type TensorType,
} from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import type { Counted } from '../../graph/count';
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
  scratch,
  type Tensor,
} from '../../graph/op';
import { checkIndices } from '../gather/op';
import { linesOf, withSize } from '../lines';
import { remap, slice } from '../movement/op';
import { FEW_COMPARED, MOST_COMPARED, pairsType, sortLines } from '../sortedLines';
import type { ScatterAttrs } from './attrs';

const elements = { f32: 'f32', i32: 'i32', bool: 'u32' } as const;

/** Updates of a line up to which a linear search costs less than sorting, including its dispatches. */
const SEARCHED = 256;

const indexLines = ({ inputs, attrs }: Node<ScatterAttrs, 3, [1, 2]>) =>
  linesOf(inputs[1].shape, attrs.axis);

/** Whether to sort the indices of each line, or to search all of them for every element. */
function isSorted({ node, choose }: LoweringCall<ScatterAttrs, 3, [1, 2]>): boolean {
  const { outer, size, inner } = indexLines(node);
  const n = dimAt(node.inputs[0], node.attrs.axis);
  const bound = dimBound(size);
  const [search, sort] = [
    ['search', false],
    ['sorted', true],
  ] as const;
  const all = bound <= SEARCHED ? [search, sort] : [sort, search];
  const possible = bound <= FEW_COMPARED ? [search] : bound > MOST_COMPARED ? [sort] : all;
  return choose<boolean>({
    family: 'scatter',
    shape: sizeClass({ outer, n, m: size, inner }),
    candidates: new Map(possible),
  });
}

function calls(call: LoweringCall<ScatterAttrs, 3, [1, 2]>): readonly KernelCall[] {
  const { node, epilogue, used } = call;
  const x = node.inputs[0];
  const { axis, add } = node.attrs;
  const lines = indexLines(node);
  const sorted = isSorted(call);
  const winners = !add && used(1);
  const size = numberOfElements(x.shape);
  const key = { key: 'u32', descending: false } as const;
  return [
    ...(sorted ? sortLines(key, lines, input(1), scratch(0)) : []),
    kernelCall({
      kernel: scatterKernel,
      spec: { element: elements[x.dtype], add, sorted, winners, epilogue },
      operands: [
        input(0),
        sorted ? scratch(0) : input(1),
        input(2),
        output(0),
        ...(winners ? [output(1)] : []),
      ],
      params: [lines.count, dimAt(x, axis), lines.size, lines.inner],
      grid: (value) => grid1d(Math.ceil(value(size) / SCATTER_WORKGROUP)),
    }),
  ];
}

function infer(
  [x, indices, updates]: Counted<TensorType, 3>,
  { axis, add }: ScatterAttrs,
): Counted<TensorType, [1, 2]> {
  checkIndices('scatter', x, indices, axis);
  if (updates.dtype !== x.dtype || (add && x.dtype === 'bool')) {
    throw new DTypeError(
      `scatter: expected updates of x's type${add ? ', f32 or i32' : ''}, found ` +
        `${formatType(updates)} for ${formatType(x)}; cast them?`,
    );
  }
  // The gradient needs the position of the update that replaced each element.
  return add ? [x] : [x, { dtype: 'i32', shape: x.shape }];
}

/** Outputs: the result and, for 'set', the position of the update that replaced each element, or -1. */
export const scatterOp = defineOp<ScatterAttrs, 3, [1, 2]>({
  name: 'scatter',
  inputs: 3,
  outputs: [1, 2],
  infer,
  lowering: {
    kind: 'kernel',
    epilogue: true,
    optional: ({ add }) => (add ? [] : [1]),
    calls,
    scratch: (node) => {
      const lines = indexLines(node);
      return dimBound(lines.size) <= FEW_COMPARED ? [] : [pairsType(lines)];
    },
  },
});

export interface ScatterOptions {
  /** The axis that is indexed; a negative one counts from the last. */
  readonly axis: number;
  /** Whether updates replace elements of x, or are added to them. */
  readonly mode: 'set' | 'add';
}

/**
 * Scatters updates into x by index along an axis: for axis 1 of three, `y[i, indices[i, j, k], k]` becomes, or
 * is increased by, `updates[i, j, k]`. Like torch.scatter ('set') and torch.scatter_add ('add'), but with a
 * defined result where an index repeats: 'set' keeps the last update in the order of the axis, 'add' sums in
 * that order. An index outside the axis is ignored. Gradients go to x where nothing replaced it, and to the
 * updates that were added or kept.
 * @param x f32 or i32, with 'set' also bool; of rank 1 or more
 * @param indices i32 of the rank of x; its other axes may be smaller than those of x
 * @param updates the type of x, in the shape of the indices or larger; what exceeds it is not used
 * @returns shape and type of x
 * @throws ShapeError when ranks differ, another axis of the indices is larger than that of x, or an axis of the
 *   updates is smaller than that of the indices; DTypeError, OptionError
 */
export function scatter(
  x: Tensor,
  indices: Tensor,
  updates: Tensor,
  options: ScatterOptions,
): Tensor {
  checkOptions('scatter', options, ['axis', 'mode']);
  const { mode } = options;
  if (mode !== 'set' && mode !== 'add') {
    throw new OptionError(`scatter: the mode is 'set' or 'add', found '${String(mode)}'`);
  }
  const axis = normaliseAxis('scatter', options.axis, x.shape.length);
  checkIndices('scatter', x, indices, axis);
  const whole = wholeAxes(x, indices, usedUpdates(indices, updates), axis);
  return apply(scatterOp, [x, ...whole], { axis, add: mode === 'add' });
}

/** The part of the updates that the indices cover. */
function usedUpdates(indices: Tensor, updates: Tensor): Tensor {
  if (shapesEqual(indices.shape, updates.shape)) return updates;
  const covers = (own: Dim, i: number): boolean => {
    const size = dimAt(indices, i);
    return dimsEqual(own, size) || (typeof own === 'number' && dimBound(size) <= own);
  };
  if (updates.shape.length !== indices.shape.length || !updates.shape.every(covers)) {
    throw new ShapeError(
      `scatter: the updates ${formatShape(updates.shape)} must cover the indices ` +
        `${formatShape(indices.shape)}; broadcast them?`,
    );
  }
  return slice(updates, { starts: [], ends: indices.shape });
}

/** Pads indices and updates to the size of x along the other axes, with indices outside of x. */
function wholeAxes(x: Tensor, indices: Tensor, updates: Tensor, axis: number): Counted<Tensor, 2> {
  const shape = withSize(x.shape, axis, dimAt(indices, axis));
  if (shapesEqual(shape, indices.shape)) return [indices, updates];
  const permutation = shape.map((_, i) => i);
  const starts = shape.map(() => 0);
  return [
    remap(indices, { permutation, starts, shape, value: -1 }),
    remap(updates, { permutation, starts, shape, value: 0 }),
  ];
}

declare module '../../graph/op' {
  interface OpSet {
    scatter: typeof scatter;
  }
}
