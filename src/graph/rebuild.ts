/** Copies of a graph in which some tensors are replaced. Nodes that do not depend on these are shared. */
import { applyAll, outputOf, reachableNodes, tensorKey } from './node';
import type { Node, Tensor } from './op';

/** Tensors that replace others, by tensorKey of the replaced one. */
export type Replacements = ReadonlyMap<string, Tensor>;

/**
 * Computes results from replacements. Nodes that depend on a replaced tensor are created again.
 * @returns a function from any tensor that the results depend on to the one that now takes its place
 */
export function rebuild(
  results: readonly Tensor[],
  replacements: Replacements,
): (tensor: Tensor) => Tensor {
  const fresh = new Map<number, readonly Tensor[]>();
  const swap = (tensor: Tensor): Tensor =>
    replacements.get(tensorKey(tensor)) ?? fresh.get(tensor.node.id)?.[tensor.index] ?? tensor;
  for (const node of reachableNodes(results)) {
    const inputs = node.inputs.map(swap);
    const changed = inputs.some((tensor, i) => tensor !== node.inputs[i]);
    if (changed) fresh.set(node.id, applyAll(node.op, inputs, node.attrs));
  }
  return swap;
}

/** All outputs of a node. */
export function outputsOf(node: Node): readonly Tensor[] {
  return node.types.map((_, i) => outputOf(node, i));
}
