/** Sum, product, mean and maximum over any axes, and the sum that undoes broadcasting. */
import { identityEpilogue } from '../../../shaders/lib/epilogue';
import { type ReduceKind, type ReduceTeam, reduce } from '../../../shaders/reduce.wgsl';
import { type Dim, dimBound, dimsEqual, isMultipleOf, multiplyDims } from '../../core/dim';
import { DTypeError } from '../../core/errors';
import { dimAt, formatType, normaliseAxes, type Shape } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  type Op,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { reshape } from '../view/op';
import type { ReduceAttrs, ReduceName } from './attrs';

const kinds: Readonly<Record<ReduceName, ReduceKind>> = {
  sum: 'sum',
  prod: 'product',
  mean: 'sum',
  max: 'max',
};

/** Slices that long sums are split into, where few results would leave the device idle. */
const SPLITS = 64;

/**
 * Teams of one thread per result, or per four results; and of lanes that share a result, or some neighbouring
 * ones.
 */
const LONE: ReduceTeam = { values: 64, width: 1, lanes: 1 };
const LONE_FOUR: ReduceTeam = { values: 8, width: 4, lanes: 1 };
const ROWS: ReduceTeam = { values: 1, width: 1, lanes: 256 };
const COLUMNS: ReduceTeam = { values: 16, width: 1, lanes: 16 };

/** Results that are enough to give every lane of a GPU one; and fewest values that are worth sharing. */
const MANY_RESULTS = 2 ** 18;
const LONG = 32;

const teamName = ({ values, width, lanes }: ReduceTeam) => `${lanes}x${values} by ${width}`;

/** The team of threads for a result. On software adapters barriers cost more than they save. */
function teamOf({ node, target, choose }: LoweringCall<ReduceAttrs, 1, 1>): ReduceTeam {
  const [outer, reduced, inner] = sizesOf(node.inputs[0].shape, node.attrs);
  const many = dimBound(multiplyDims(outer, inner)) >= MANY_RESULTS;
  const isLone = target.software || many || dimBound(reduced) < LONG;
  const isWide = isMultipleOf(inner, 4);
  const lone = isWide ? [LONE_FOUR, LONE] : [LONE];
  const shared = dimBound(inner) < COLUMNS.values ? [ROWS, COLUMNS] : [COLUMNS, ROWS];
  const teams = isLone ? [...lone, ...shared] : [...shared, ...lone];
  return choose({
    family: 'reduction',
    shape: `${sizeClass({ outer, reduced, inner })}${isWide ? ' by 4' : ''}`,
    candidates: new Map(teams.map((team) => [teamName(team), team])),
  });
}

function sizesOf(shape: Shape, { start, end }: ReduceAttrs): readonly [Dim, Dim, Dim] {
  const product = (dims: Shape) => dims.reduce<Dim>(multiplyDims, 1);
  return [
    product(shape.slice(0, start)),
    product(shape.slice(start, end)),
    product(shape.slice(end)),
  ];
}

function splitsOf(node: Node<ReduceAttrs, 1, 1>): number {
  const [outer, reduced, inner] = sizesOf(node.inputs[0].shape, node.attrs);
  const results = dimBound(multiplyDims(outer, inner));
  return results < 1024 && dimBound(reduced) >= 16 * SPLITS ? SPLITS : 1;
}

function calls(name: ReduceName, call: LoweringCall<ReduceAttrs, 1, 1>): readonly KernelCall[] {
  const { node, epilogue } = call;
  const [outer, reduced, inner] = sizesOf(node.inputs[0].shape, node.attrs);
  const element = node.types[0].dtype === 'i32' ? 'i32' : 'f32';
  const splits = splitsOf(node);
  const results = multiplyDims(outer, inner);
  const team = teamOf(call);
  const spec = {
    kind: kinds[name],
    element,
    divide: name === 'mean',
    splits: 1,
    team,
    epilogue,
  } as const;
  const params = [outer, reduced, inner, reduced];
  if (splits === 1) {
    const operands = [input(0), output(0)];
    return [kernelCall({ kernel: reduce, spec, operands, params, grid: gridOf(results, team) })];
  }
  const partial = { ...spec, divide: false, splits, epilogue: identityEpilogue(element) };
  return [
    kernelCall({
      kernel: reduce,
      spec: partial,
      operands: [input(0), scratch(0)],
      params,
      grid: gridOf(multiplyDims(results, splits), team),
    }),
    kernelCall({
      kernel: reduce,
      spec,
      operands: [scratch(0), output(0)],
      params: [outer, splits, inner, reduced],
      grid: gridOf(results, team),
    }),
  ];
}

function gridOf(results: Dim, { values, width }: ReduceTeam): KernelCall['grid'] {
  return (size) => grid1d(Math.ceil(size(results) / (values * width)));
}

/*@__NO_SIDE_EFFECTS__*/
function reduceOp(name: ReduceName): Op<ReduceAttrs, 1, 1> {
  return defineOp<ReduceAttrs>({
    name,
    infer: ([x], { start, end }) => {
      if (x.dtype === 'bool' || (name === 'mean' && x.dtype !== 'f32')) {
        throw new DTypeError(`${name}: expected f32, found ${formatType(x)}`);
      }
      return [{ dtype: x.dtype, shape: [...x.shape.slice(0, start), ...x.shape.slice(end)] }];
    },
    lowering: {
      kind: 'kernel',
      epilogue: true,
      calls: (call) => calls(name, call),
      scratch: (node) => {
        const [outer, , inner] = sizesOf(node.inputs[0].shape, node.attrs);
        const splits = splitsOf(node);
        const dtype = node.types[0].dtype;
        return splits === 1 ? [] : [{ dtype, shape: [outer, splits, inner] }];
      },
    },
  });
}

export const sumOp = reduceOp('sum');
export const prodOp = reduceOp('prod');
export const meanOp = reduceOp('mean');
export const maxOp = reduceOp('max');

export interface ReduceOptions {
  /** Axes to reduce; a negative one counts from the last. All by default. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes are kept with size 1; false by default. */
  readonly keepDims?: boolean;
}

/** Reduces each run of neighbouring axes, from the last to the first. */
function reduceAxes(op: Op<ReduceAttrs, 1, 1>, x: Tensor, options: ReduceOptions): Tensor {
  const axes = normaliseAxes(op.name, options.axis, x.shape.length);
  let result = x;
  let end: number | undefined;
  for (const axis of axes.toReversed()) {
    end ??= axis + 1;
    if (axes.includes(axis - 1)) continue;
    result = apply(op, [result], { start: axis, end });
    end = undefined;
  }
  if (options.keepDims !== true) return result;
  return reshape(
    result,
    x.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
  );
}

/** Sum over axes. */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduceAxes(sumOp, x, options);
}

/**
 * Product over axes; 1 for no elements. The gradient of an element is the product of the others, computed
 * without a division, so that it is right where some are 0. Whole numbers wrap around at 2^31.
 * @param x f32 or i32
 * @throws ShapeError when an axis is out of range; DTypeError
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduceAxes(prodOp, x, options);
}

/** Mean over axes. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduceAxes(meanOp, x, options);
}

/** Maximum over axes. */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduceAxes(maxOp, x, options);
}

/** Sums x over the axes along which `shape` was broadcast to it: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, i) => {
    return i < extra || (dimAt({ shape }, i - extra) === 1 && !dimsEqual(d, 1)) ? [i] : [];
  });
  return axes.length === 0 ? x : reshape(sum(x, { axis: axes }), shape);
}

declare module '../../graph/op' {
  interface OpSet {
    sum: typeof sum;
    prod: typeof prod;
    mean: typeof mean;
    max: typeof max;
    sumTo: typeof sumTo;
  }
}
