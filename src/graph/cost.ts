/**
 * The cost of applying an op, by its rule or by default an operation per element of a result. Rules are kept
 * apart from the ops (ops/costs.ts), so that apps which only run models do not bundle them.
 */
import { addDims, type Dim, multiplyDims } from '../core/dim';
import { numberOfElements, type TensorType } from '../core/shape';
import type { Count } from './count';
import type { Attrs, Cost, Node, Op } from './op';
import { isOwnOp } from './ownOp';

/** What one application computes and reads. */
export interface CostRule<
  A extends Attrs = Attrs,
  I extends Count = Count,
  O extends Count = Count,
> {
  cost(node: Node<A, I, O>): Cost;
}

/** The rules of the ops that have one. */
export type Costs = ReadonlyMap<Op, CostRule>;

export type CostEntry = readonly [op: Op, rule: CostRule];

/** An op with its rule, whose attributes, inputs and outputs are checked against each other. */
export function costEntry<A extends Attrs, I extends Count, O extends Count>(
  op: Op<A, I, O>,
  cost: (node: Node<A, I, O>) => Cost,
): CostEntry;
export function costEntry(op: Op, cost: CostRule['cost']): CostEntry {
  return [op, { cost }];
}

/** So many operations for each element of a tensor; a transcendental function counts as one. */
export function perElement(flops: number, { shape }: Pick<TensorType, 'shape'>): Cost {
  return { flops: multiplyDims(flops, numberOfElements(shape)) };
}

/** The cost of a copy: no arithmetic, each element is read and written. */
export function copyOf(elements: Dim): Cost {
  return { flops: 0, moved: multiplyDims(2, elements) };
}

/** The cost of an application, by the rules or the op's own. */
export function costOf(costs: Costs, node: Node): Cost {
  const { op, types } = node;
  const own = isOwnOp(op) ? op.cost?.(node) : undefined;
  const known = costs.get(op)?.cost(node) ?? own;
  return known ?? { flops: types.map(({ shape }) => numberOfElements(shape)).reduce(addDims, 0) };
}
