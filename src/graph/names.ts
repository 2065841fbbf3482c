/** Names of values, for errors and reports. The name of a parameter is its path in the model. */
import type { Node, Tensor } from './op';

const names = new WeakMap<Node, string>();

/** Gives a value a name. @returns the value */
export function named(tensor: Tensor, name: string): Tensor {
  names.set(tensor.node, name);
  return tensor;
}

/** Gives a node the name of the one that it replaces. */
export function inheritName(node: Node, original: Node): void {
  const name = names.get(original);
  if (name !== undefined) names.set(node, name);
}

/** The name of a value, or of what it is a view of. */
export function nameOf({ node }: Tensor): string | undefined {
  const [viewed] = node.op.lowering.kind === 'alias' ? node.inputs : [];
  return names.get(node) ?? (viewed && nameOf(viewed));
}
