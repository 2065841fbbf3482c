/** Stable sorting along an axis: of whole lines, or of the first elements of each. */
import { storeSorted } from '../../../shaders/sort/merge.wgsl';
import { sortByRank } from '../../../shaders/sort/rank.wgsl';
import { dimBound, multiplyDims } from '../../core/dim';
import { checkOptions, DTypeError } from '../../core/errors';
import { dimAt, formatType, normaliseAxis } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { type Lines, linesOf, withSize } from '../lines';
import { elementGrid, FEW_COMPARED, MOST_COMPARED, pairsType, sortLines } from '../sortedLines';
import type { SortAttrs } from './attrs';

/** Length up to which comparing all pairs of elements costs less than merging, including its dispatches. */
const RANKED = 512;

const sortedLines = ({ inputs, attrs }: Node<SortAttrs, 1, 2>): Lines =>
  linesOf(inputs[0].shape, attrs.axis);

type Method = 'rank' | 'merge';

function methodOf({ node, choose }: LoweringCall<SortAttrs, 1, 2>): Method {
  const { count, size } = sortedLines(node);
  const bound = dimBound(size);
  const names: readonly Method[] =
    bound <= FEW_COMPARED
      ? ['rank']
      : bound > MOST_COMPARED
        ? ['merge']
        : bound <= RANKED
          ? ['rank', 'merge']
          : ['merge', 'rank'];
  return choose({
    family: 'sort',
    shape: sizeClass({ lines: count, size }),
    candidates: new Map(names.map((name) => [name, name])),
  });
}

function calls(call: LoweringCall<SortAttrs, 1, 2>): readonly KernelCall[] {
  const { node, used } = call;
  const lines = sortedLines(node);
  const { kept, descending } = node.attrs;
  const key = node.inputs[0].dtype === 'i32' ? 'i32' : 'f32';
  const wanted = { values: used(0), indices: used(1) };
  const results = [...(wanted.values ? [output(0)] : []), ...(wanted.indices ? [output(1)] : [])];
  const params = [lines.count, lines.size, lines.inner, kept];
  if (methodOf(call) === 'rank') {
    return [
      kernelCall({
        kernel: sortByRank,
        spec: { key, descending, ...wanted },
        operands: [input(0), ...results],
        params,
        grid: elementGrid(multiplyDims(lines.count, lines.size)),
      }),
    ];
  }
  return [
    ...sortLines({ key, descending }, lines, input(0), scratch(0)),
    kernelCall({
      kernel: storeSorted,
      spec: wanted,
      operands: [...(wanted.values ? [input(0)] : []), scratch(0), ...results],
      params,
      grid: elementGrid(multiplyDims(lines.count, kept)),
    }),
  ];
}

/** Outputs: values and indices. */
export const sortOp = defineOp<SortAttrs, 1, 2>({
  name: 'sort',
  outputs: 2,
  infer: ([x], { axis, kept }) => {
    if (x.dtype === 'bool') {
      throw new DTypeError(`sort: expected f32 or i32, found ${formatType(x)}`);
    }
    const shape = withSize(x.shape, axis, kept);
    return [
      { dtype: x.dtype, shape },
      { dtype: 'i32', shape },
    ];
  },
  lowering: {
    kind: 'kernel',
    calls,
    optional: () => [0, 1],
    scratch: (node) => {
      const lines = sortedLines(node);
      return dimBound(lines.size) <= FEW_COMPARED ? [] : [pairsType(lines)];
    },
  },
});

export interface Sorted {
  readonly values: Tensor;
  /** i32: positions along the sorted axis, from 0. */
  readonly indices: Tensor;
}

export interface SortOptions {
  /** The axis to sort along; a negative one counts from the last. The last by default. */
  readonly axis?: number;
  /** Whether the largest comes first; false by default. */
  readonly descending?: boolean;
}

/**
 * The first `kept` elements of each sorted line; see `sort`.
 * @throws DTypeError
 */
export function sortFirst(x: Tensor, attrs: SortAttrs): Sorted {
  const [values, indices] = applyAll(sortOp, [x], attrs);
  return { values, indices };
}

function sortWhole(name: string, x: Tensor, options: SortOptions): Sorted {
  checkOptions(name, options, ['axis', 'descending']);
  const axis = normaliseAxis(name, options.axis ?? -1, x.shape.length);
  const kept = dimAt(x, axis);
  return sortFirst(x, { axis, descending: options.descending ?? false, kept });
}

/**
 * Sorts x along an axis. The sort is stable in both directions: equal values, including -0 and 0, keep their
 * order. A NaN comes before or after all numbers, by its sign. Gradients go to the positions that the values
 * came from.
 * @param x f32 or i32, of rank 1 or more
 * @returns values with the type of x and indices i32, both in the shape of x
 * @throws ShapeError when the axis is out of range; DTypeError, OptionError
 */
export function sort(x: Tensor, options: SortOptions = {}): Sorted {
  return sortWhole('sort', x, options);
}

/**
 * The indices that sort x along an axis: `gather(x, argsort(x))` is sorted. Stable, like `sort`.
 * @param x f32 or i32, of rank 1 or more
 * @returns i32, in the shape of x
 * @throws ShapeError when the axis is out of range; DTypeError, OptionError
 */
export function argsort(x: Tensor, options: SortOptions = {}): Tensor {
  return sortWhole('argsort', x, options).indices;
}

declare module '../../graph/op' {
  interface OpSet {
    sort: typeof sort;
    argsort: typeof argsort;
  }
}
