/** What values are called, for errors and reports: a parameter by its path in the model. */
import type { Node, Tensor } from './op';

const names = new WeakMap<Node, string>();

/** Gives a value a name. @returns the value */
export function named(tensor: Tensor, name: string): Tensor {
  names.set(tensor.node, name);
  return tensor;
}

/** Names a node as another that it stands for. */
export function nameAlike(node: Node, original: Node): void {
  const name = names.get(original);
  if (name !== undefined) names.set(node, name);
}

/** The name of a value, or of what it is a view of. */
export function nameOf({ node }: Tensor): string | undefined {
  const [viewed] = node.op.lowering.kind === 'alias' ? node.inputs : [];
  return names.get(node) ?? (viewed && nameOf(viewed));
}
