/**
 * Reverse-mode differentiation: propagates gradients of results back to the tensors asked for, by the
 * gradient rule of each op. The gradients are ordinary tensors of the graph.
 */
import { QkvError } from '../core/errors';
import { formatType } from '../core/shape';
import type { Calculus } from './gradient';
import { reachableNodes, tensorKey } from './node';
import type { Node, Tensor } from './op';
import { gradientRule } from './ownOp';
import { outputsOf } from './rebuild';

/** A result and the gradient of the loss for it. */
export type Seed = readonly [result: Tensor, gradient: Tensor];

/**
 * The gradient for each x of `wrt`, in order; undefined where no result depends on it.
 * @throws QkvError 'gradient' when an op on the way has none, or gives one of another type than its input
 */
export function pullback(
  calculus: Calculus,
  seeds: readonly Seed[],
  wrt: readonly Tensor[],
): readonly (Tensor | undefined)[] {
  const wanted = new Set(wrt.map(tensorKey));
  const nodes = reachableNodes(seeds.map(([result]) => result));
  const needed = dependents(nodes, wanted);
  const totals = new Map<string, Tensor>();
  const add = (tensor: Tensor, gradient: Tensor): void => {
    const key = tensorKey(tensor);
    if (!(needed.has(tensor.node.id) || wanted.has(key))) return;
    const total = totals.get(key);
    totals.set(key, total === undefined ? gradient : calculus.ops.add(total, gradient));
  };
  for (const [result, gradient] of seeds) add(result, gradient);
  for (const node of nodes.toReversed()) {
    if (needed.has(node.id)) backward(calculus, node, totals, add);
  }
  return wrt.map((tensor) => totals.get(tensorKey(tensor)));
}

/** Ids of the nodes through which the results depend on the wanted tensors. */
function dependents(nodes: readonly Node[], wanted: ReadonlySet<string>): ReadonlySet<number> {
  const needed = new Set<number>();
  for (const node of nodes) {
    const reaches = node.inputs.some((t) => needed.has(t.node.id) || wanted.has(tensorKey(t)));
    if (reaches) needed.add(node.id);
  }
  return needed;
}

function backward(
  calculus: Calculus,
  node: Node,
  totals: ReadonlyMap<string, Tensor>,
  add: (tensor: Tensor, gradient: Tensor) => void,
): void {
  const outputs = outputsOf(node);
  const dys = outputs.map((tensor) => totals.get(tensorKey(tensor)));
  if (dys.every((dy) => dy === undefined)) return;
  const { ops, rules } = calculus;
  const gradient = gradientRule(rules, node.op);
  if (gradient === undefined) {
    throw new QkvError('internal', `${node.op.name} is missing from ops/gradients.ts`);
  }
  if (gradient === 'none') {
    // Comparisons and the like are constant almost everywhere; only f32 results carry a gradient.
    if (outputs.every((t) => t.dtype !== 'f32')) return;
    throw new QkvError('gradient', `${node.op.name} has no gradient but the loss depends on it`);
  }
  const { attrs, inputs } = node;
  const dxs = gradient.rule({ ops, rules, attrs, inputs, outputs, gradients: dys });
  if (dxs.length > inputs.length) {
    throw new QkvError(
      'gradient',
      `${node.op.name}: its rule gives ${dxs.length} gradients for ${inputs.length} inputs`,
    );
  }
  inputs.forEach((x, i) => {
    const dx = dxs[i];
    if (dx === undefined) return;
    const [found, expected] = [dx, x].map(formatType);
    if (found !== expected) {
      throw new QkvError(
        'gradient',
        `${node.op.name}: its gradient for an input ${expected} is ${found}; sum or reshape it to that`,
      );
    }
    add(x, dx);
  });
}
