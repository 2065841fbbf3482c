/** The k largest values of each row. */
import { topK as topKKernel } from '../../../shaders/argmax/topK.wgsl';
import { checkOptions, OptionError } from '../../core/errors';
import { formatShape } from '../../core/shape';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { rowsOf, teamGrid, teamOf } from '../rows';
import { type Sorted, sortFirst } from '../sort/op';
import type { TopKAttrs } from './attrs';
import { rowsType } from './op';

/** The largest k that is selected one value after the other; for a larger k, rows are sorted. */
const MAX_SELECTED = 64;

function topKCalls(call: LoweringCall<TopKAttrs, 1, 2>): readonly KernelCall[] {
  const { node, used } = call;
  const shape = node.inputs[0].shape;
  const { rows, size } = rowsOf(shape);
  const team = teamOf(call, shape, { wide: false });
  const [values, indices] = [used(0), used(1)];
  return [
    kernelCall({
      kernel: topKKernel,
      spec: { team, k: node.attrs.k, values, indices },
      operands: [input(0), ...(values ? [output(0)] : []), ...(indices ? [output(1)] : [])],
      params: [rows, size],
      grid: teamGrid(rows, team),
    }),
  ];
}

/** Outputs: values and indices, both [..., k]. `topK` has checked k. */
export const topKOp = defineOp<TopKAttrs, 1, 2>({
  name: 'topK',
  outputs: 2,
  infer: ([x], { k }) => {
    const { shape } = rowsType('topK', x);
    const results = [...shape.slice(0, -1), k];
    return [
      { dtype: 'f32', shape: results },
      { dtype: 'i32', shape: results },
    ];
  },
  lowering: { kind: 'kernel', calls: topKCalls, optional: () => [0, 1] },
});

/**
 * The k largest values along the last axis in descending order, the lowest index first on ties.
 * @param x [..., n], n a constant
 * @param options.k 1 to n
 * @returns values f32 [..., k] and indices i32 [..., k]
 * @throws OptionError when k is not a whole number from 1 to n; DTypeError
 */
export function topK(x: Tensor, options: { readonly k: number }): Sorted {
  checkOptions('topK', options, ['k']);
  const { k } = options;
  const axis = checkK(x, k);
  return k > MAX_SELECTED ? sortFirst(x, { axis, descending: true, kept: k }) : selected(x, k);
}

/**
 * As `topK`, one value after the other whatever k is: for apps with a small k, which then bundle no
 * sorting.
 */
export function selectTopK(x: Tensor, k: number): Sorted {
  checkK(x, k);
  return selected(x, k);
}

function selected(x: Tensor, k: number): Sorted {
  const [values, indices] = applyAll(topKOp, [x], { k });
  return { values, indices };
}

/** @returns the last axis  @throws OptionError, DTypeError */
function checkK(x: Tensor, k: number): number {
  const { shape } = rowsType('topK', x);
  const size = shape.at(-1);
  if (Number.isInteger(k) && k >= 1 && typeof size === 'number' && k <= size) {
    return shape.length - 1;
  }
  throw new OptionError(
    `topK: k must be 1 to the constant size of the last axis, found k ${k} for ` +
      formatShape(shape),
  );
}

declare module '../../graph/op' {
  interface OpSet {
    topK: typeof topK;
  }
}
