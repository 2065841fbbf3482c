/** A traced function: named inputs, states with their next values, named outputs. */
import { defined, QkvError, ShapeError } from '../core/errors';
import { formatType, shapesEqual, type TensorType } from '../core/shape';
import { reachableNodes } from './node';
import type { Node, Tensor } from './op';
import { inputTensor, sourceOf, stateTensor } from './source';

/** A traced function: its inputs, outputs and states as symbolic tensors. */
export interface Graph {
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly states: ReadonlyMap<string, Tensor>;
  /** State name -> the value it holds after a run. States that are not listed keep theirs. */
  readonly updates: ReadonlyMap<string, Tensor>;
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** Types of what a function takes: inputs of each run, and state kept on the device. */
export interface Signature {
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly states?: Readonly<Record<string, TensorType>>;
}

/** Symbolic tensors by name. */
export type Tensors = { readonly [name: string]: Tensor };

/** What a traced function returns. */
export interface Results {
  readonly outputs: Tensors;
  readonly updates?: Tensors;
}

/** Looks up a tensor by name. */
export type Lookup = (name: string) => Tensor;

/**
 * Calls the function once on symbolic tensors and keeps what it builds.
 * @throws ShapeError when a state's next value has another type than the state
 */
export function trace(
  fn: (inputs: Lookup, states: Lookup) => Results,
  signature: Signature,
): Graph {
  const inputs = sources(signature.inputs, inputTensor);
  const states = sources(signature.states ?? {}, stateTensor);
  const results = fn(lookup('input', inputs), lookup('state', states));
  const graph: Graph = {
    inputs,
    states,
    outputs: new Map(Object.entries(results.outputs)),
    updates: new Map(Object.entries(results.updates ?? {})),
  };
  for (const [name, next] of graph.updates) {
    const state = lookup('state', states)(name);
    if (next.dtype !== state.dtype || !shapesEqual(next.shape, state.shape)) {
      throw new ShapeError(
        `state '${name}' is ${formatType(state)} but its next value is ${formatType(next)}`,
      );
    }
  }
  return graph;
}

function sources(
  types: Readonly<Record<string, TensorType>>,
  make: (name: string, type: TensorType) => Tensor,
): ReadonlyMap<string, Tensor> {
  return new Map(Object.entries(types).map(([name, type]) => [name, make(name, type)]));
}

function lookup(kind: string, tensors: ReadonlyMap<string, Tensor>): Lookup {
  return (name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      throw new QkvError(
        'signature',
        `no ${kind} '${name}' in the signature; it has: ${[...tensors.keys()].join(', ')}`,
      );
    }
    return tensor;
  };
}

/** What must be computed: outputs first, then next values of states. */
export function graphResults(graph: Graph): readonly Tensor[] {
  return [...graph.outputs.values(), ...graph.updates.values()];
}

/** All nodes in topological order. */
export function graphNodes(graph: Graph): readonly Node[] {
  return reachableNodes(graphResults(graph));
}

/** One line per node, for people and for tests. */
export function printGraph(graph: Graph): string {
  const names = new Map(graphNodes(graph).map((node, i) => [node.id, `%${i}`]));
  const refer = ({ node, index }: Pick<Tensor, 'node' | 'index'>) =>
    `${defined(names.get(node.id), 'node')}${index > 0 ? `.${index}` : ''}`;
  const lines = graphNodes(graph).map((node) => {
    const types = node.types.map(formatType).join(', ');
    const source = sourceOf(node);
    const label = source !== undefined && source.kind !== 'constant' ? ` ${source.name}` : '';
    const attrs = source === undefined ? printAttrs(node) : '';
    const operands = node.inputs.map(refer).join(', ');
    return `${refer({ node, index: 0 })} = ${node.op.name}${label}(${operands})${attrs}: ${types}`;
  });
  for (const [name, tensor] of graph.outputs) lines.push(`output ${name} = ${refer(tensor)}`);
  for (const [name, tensor] of graph.updates) lines.push(`state ${name} <- ${refer(tensor)}`);
  return lines.join('\n');
}

function printAttrs(node: Node): string {
  const entries = Object.entries(node.attrs).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return '';
  return ` {${entries.map(([name, value]) => `${name}: ${value}`).join(', ')}}`;
}
