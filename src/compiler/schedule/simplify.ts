/** Common subexpression elimination: nodes with equal op, attributes and inputs become one. */
import type { Graph } from '../../graph/graph';
import { graphNodes } from '../../graph/graph';
import { inheritName } from '../../graph/names';
import { applyAll, outputOf, reachableNodes, tensorKey } from '../../graph/node';
import type { Node, Op, Tensor } from '../../graph/op';

/** An equivalent graph without repeated work. Nodes that no result depends on vanish. */
export function simplify(graph: Graph): Graph {
  const swap = merge(graphNodes(graph));
  const swapAll = (tensors: ReadonlyMap<string, Tensor>) =>
    new Map([...tensors].map(([name, tensor]) => [name, swap(tensor)]));
  return { ...graph, outputs: swapAll(graph.outputs), updates: swapAll(graph.updates) };
}

/** The same tensors without repeated work. */
export function simplifyTensors(tensors: readonly Tensor[]): readonly Tensor[] {
  return tensors.map(merge(reachableNodes(tensors)));
}

/** Merges equal nodes. @returns a function from a tensor to the one that replaces it */
function merge(nodes: readonly Node[]): (tensor: Tensor) => Tensor {
  const replaced = new Map<number, Node>();
  const known = new Map<string, Node>();
  const swap = (tensor: Tensor): Tensor => {
    const node = replaced.get(tensor.node.id);
    return node === undefined ? tensor : outputOf(node, tensor.index);
  };
  for (const node of nodes) {
    if (node.op.lowering.kind === 'source') continue;
    const inputs = node.inputs.map(swap);
    const key = nodeKey(node, inputs);
    const same = known.get(key);
    if (same !== undefined) {
      replaced.set(node.id, same);
      continue;
    }
    const changed = inputs.some((tensor, i) => tensor.node !== node.inputs[i]?.node);
    const fresh = changed ? applyAll(node.op, inputs, node.attrs)[0]?.node : node;
    if (fresh === undefined) continue;
    if (changed) inheritName(fresh, node);
    known.set(key, fresh);
    replaced.set(node.id, fresh);
  }
  return swap;
}

function nodeKey(node: Node, inputs: readonly Tensor[]): string {
  const attrs = Object.keys(node.attrs)
    .sort()
    .map((name) => `${name}=${attrText(node.attrs[name])}`);
  return `${opNumber(node.op)}(${inputs.map(tensorKey).join(',')}){${attrs.join(',')}}`;
}

const numbers = new WeakMap<Op, number>();
let nextNumber = 0;

/** Distinguishes ops of the same name: apps may define ops of their own. */
function opNumber(op: Op): number {
  const number = numbers.get(op) ?? nextNumber++;
  numbers.set(op, number);
  return number;
}

function attrText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(attrText).join(',')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
