/** The oracle: interprets the unfused graph in float64, with separate storage for every value. */
import type { SizeTable } from '../core/dim';
import { QkvError } from '../core/errors';
import { NdArray } from '../core/ndArray';
import { type Graph, graphNodes } from '../graph/graph';
import { interpret, valueIn } from '../graph/interpret';
import type { Node, Tensor } from '../graph/op';
import { sourceOf } from '../graph/source';
import { references } from '../ops/references';

/** Float64 arrays by name. */
export type Arrays = ReadonlyMap<string, NdArray>;

/** Outputs and updated states of a graph in float64. */
export interface OracleResult {
  readonly outputs: Arrays;
  /** Next values of the states that the graph updates. */
  readonly updates: Arrays;
}

/** Evaluates a graph for given inputs, states and sizes. */
export function evaluateGraph(
  graph: Graph,
  inputs: Arrays,
  states: Arrays,
  sizes: SizeTable,
): OracleResult {
  const values = new Map<string, NdArray>();
  const nodes = graphNodes(graph);
  for (const node of nodes) {
    const value = sourceValue(node, inputs, states);
    if (value !== undefined) values.set(`${node.id}.0`, value);
  }
  interpret(nodes, values, sizes, references);
  return resultOf(graph, values);
}

/** The outputs and updated states among a graph's values. */
export function resultOf(graph: Graph, values: ReadonlyMap<string, NdArray>): OracleResult {
  const pick = (tensors: ReadonlyMap<string, Tensor>): Arrays =>
    new Map([...tensors].map(([name, tensor]) => [name, valueIn(values, tensor)]));
  return { outputs: pick(graph.outputs), updates: pick(graph.updates) };
}

/** The value of an input, state or constant; undefined for a computed node. */
export function sourceValue(node: Node, inputs: Arrays, states: Arrays): NdArray | undefined {
  const source = sourceOf(node);
  if (source === undefined) return undefined;
  const known = source.kind === 'input' ? inputs : states;
  if (source.kind === 'constant') return new NdArray(source.data.shape, source.data.data);
  const value = known.get(source.name);
  if (value === undefined)
    throw new QkvError('signature', `no value for ${source.kind} '${source.name}'`);
  return value;
}
