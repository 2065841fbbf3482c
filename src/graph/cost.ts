/**
 * The cost of applying an op, by its rule or by default an operation per element of a result. Rules are kept
 * apart from the ops (ops/costs.ts), so that apps which only run models do not bundle them.
 */
import { addDims, type Dim, multiplyDims } from '../core/dim';
import { numberOfElements, type Shape } from '../core/shape';
import type { Attrs, Cost, Node, Op } from './op';
import { isOwnOp } from './ownOp';

/** What one application computes and reads. */
export interface CostRule<A extends Attrs = Attrs> {
  cost(node: Node<A>): Cost;
}

/** The rules of the ops that have one. */
export type Costs = ReadonlyMap<Op, CostRule>;

export type CostEntry = readonly [op: Op, rule: CostRule];

/** An op with its rule, whose attributes are checked against each other. */
export function costEntry<A extends Attrs>(op: Op<A>, cost: (node: Node<A>) => Cost): CostEntry {
  const rule: CostRule<A> = { cost };
  return [op, rule];
}

/** So many operations for each element of a shape; a transcendental function counts as one. */
export function perElement(flops: number, shape: Shape | undefined): Cost {
  return { flops: multiplyDims(flops, numberOfElements(shape ?? [])) };
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
