/** Copies of a graph in which some tensors stand for others; what does not depend on them is shared. */
import { applyAll, outputOf, reachableNodes, tensorKey } from './node';
import type { Node, Tensor } from './op';

/** Tensors that stand for others, by tensorKey of the replaced one. */
export type Replacements = ReadonlyMap<string, Tensor>;

/**
 * The tensors, computed from the replacements. Nodes that are changed by them are made anew.
 * @returns a function that gives the new tensor of any old one that the results reach
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
