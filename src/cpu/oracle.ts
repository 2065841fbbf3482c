/** The oracle: interprets the unfused graph in float64, every value in storage of its own. */

import type { SizeTable } from '../core/dim';
import { QkvError } from '../core/errors';
import { NdArray } from '../core/ndArray';
import { evaluateShape } from '../core/shape';
import { type Graph, graphNodes } from '../graph/graph';
import { tensorKey } from '../graph/node';
import type { Node, Tensor } from '../graph/op';
import { sourceOf } from '../graph/source';

export type Arrays = ReadonlyMap<string, NdArray>;

export interface OracleResult {
  readonly outputs: Arrays;
  /** Next values of the states that the graph updates. */
  readonly updates: Arrays;
}

/** Evaluates a graph on named inputs and states under given sizes. */
export function evaluateGraph(
  graph: Graph,
  inputs: Arrays,
  states: Arrays,
  sizes: SizeTable,
): OracleResult {
  const values = new Map<string, NdArray>();
  for (const node of graphNodes(graph)) {
    evaluateNode(node, values, inputs, states, sizes);
  }
  const pick = (tensors: ReadonlyMap<string, Tensor>): Arrays =>
    new Map([...tensors].map(([name, tensor]) => [name, find(values, tensor)]));
  return { outputs: pick(graph.outputs), updates: pick(graph.updates) };
}

/** Computes all outputs of a node whose inputs are known. */
function evaluateNode(
  node: Node,
  values: Map<string, NdArray>,
  inputs: Arrays,
  states: Arrays,
  sizes: SizeTable,
): void {
  const source = sourceOf(node);
  if (source !== undefined) {
    const known = source.kind === 'input' ? inputs : states;
    const value = source.kind === 'constant' ? source.data : known.get(source.name);
    if (value === undefined) throw new QkvError('signature', `no value for ${source.kind}`);
    values.set(`${node.id}.0`, value);
    return;
  }
  const operands = node.inputs.map((tensor) => find(values, tensor));
  const outputs = runReference(node, operands, sizes);
  outputs.forEach((value, i) => {
    values.set(`${node.id}.${i}`, value);
  });
}

/** Calls an op's reference on fresh outputs; those computed in place start as copies. */
export function runReference(
  node: Node,
  operands: readonly NdArray[],
  sizes: SizeTable,
): readonly NdArray[] {
  const { lowering } = node.op;
  const inPlace = lowering.kind === 'kernel' ? lowering.inPlace?.(node.attrs) : undefined;
  const outputs = node.types.map(({ shape }, i) => {
    const origin = operands[inPlace?.get(i) ?? -1];
    const fresh = new NdArray(evaluateShape(shape, sizes));
    if (origin !== undefined) fresh.data.set(origin.data);
    return fresh;
  });
  node.op.reference({ attrs: node.attrs, inputs: operands, outputs, sizes });
  return outputs;
}

function find(values: ReadonlyMap<string, NdArray>, tensor: Tensor): NdArray {
  const value = values.get(tensorKey(tensor));
  if (value === undefined) throw new QkvError('internal', `${tensor.node.op.name} has no value`);
  return value;
}
