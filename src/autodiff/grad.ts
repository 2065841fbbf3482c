/**
 * Reverse-mode automatic differentiation: walks the graph from a scalar back to the tensors asked
 * for and calls each op's gradient rule. What it builds is ordinary graph.
 */
import { QkvError, ShapeError } from '../core/errors';
import { formatShape } from '../core/shape';
import { outputOf, reachableNodes, tensorKey } from '../graph/node';
import type { Node, OpSet, Tensor } from '../graph/op';

/**
 * d(loss)/d(x) for each x of `wrt`, in order; zeros where the loss does not depend on it.
 * @param loss a single value
 * @throws ShapeError when the loss is no single value; QkvError 'gradient' when an op on the way has none
 */
export function gradients(ops: OpSet, loss: Tensor, wrt: readonly Tensor[]): readonly Tensor[] {
  if (loss.shape.some((d) => d !== 1)) {
    throw new ShapeError(`grad: the loss must be one value, found ${formatShape(loss.shape)}`);
  }
  const wanted = new Set(wrt.map(tensorKey));
  const nodes = reachableNodes([loss]);
  const needed = dependents(nodes, wanted);
  const totals = new Map<string, Tensor>([[tensorKey(loss), ops.fill(loss.shape, 1)]]);
  for (const node of nodes.toReversed()) {
    if (!needed.has(node.id)) continue;
    backward(ops, node, totals, needed, wanted);
  }
  return wrt.map((tensor) => totals.get(tensorKey(tensor)) ?? ops.zerosLike(tensor));
}

/** Ids of the nodes through which the loss depends on the wanted tensors. */
function dependents(nodes: readonly Node[], wanted: ReadonlySet<string>): ReadonlySet<number> {
  const needed = new Set<number>();
  for (const node of nodes) {
    const reaches = node.inputs.some((t) => needed.has(t.node.id) || wanted.has(tensorKey(t)));
    if (reaches) needed.add(node.id);
  }
  return needed;
}

function backward(
  ops: OpSet,
  node: Node,
  totals: Map<string, Tensor>,
  needed: ReadonlySet<number>,
  wanted: ReadonlySet<string>,
): void {
  const outputs = node.types.map((_, i) => outputOf(node, i));
  const dys = outputs.map((tensor) => totals.get(tensorKey(tensor)));
  if (dys.every((dy) => dy === undefined)) return;
  if (node.op.grad === 'none') {
    // Comparisons and the like are constant almost everywhere; only f32 results carry a gradient.
    if (outputs.every((t) => t.dtype !== 'f32')) return;
    throw new QkvError('gradient', `${node.op.name} has no gradient but the loss depends on it`);
  }
  const call = { ops, attrs: node.attrs, inputs: node.inputs, outputs, gradients: dys };
  const dxs = node.op.grad.rule(call);
  node.inputs.forEach((x, i) => {
    const dx = dxs[i];
    const key = tensorKey(x);
    if (dx === undefined || !(needed.has(x.node.id) || wanted.has(key))) return;
    const known = totals.get(key);
    totals.set(key, known === undefined ? dx : ops.add(known, dx));
  });
}
