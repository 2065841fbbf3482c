/**
 * Values that only arrange elements of another one differently, or add and multiply them: heads
 * among columns, gates and states among what a kernel keeps, time steps before rows. A run reads
 * the other one, which it computes anyway, and they follow on the host, so that to look at them
 * takes no dispatch.
 */
import type { SizeTable } from '../core/dim';
import type { HostTensor } from '../core/hostTensor';
import { NdArray } from '../core/ndArray';
import type { Graph } from '../graph/graph';
import { interpret, type Values, valueIn } from '../graph/interpret';
import { tensorKey } from '../graph/node';
import type { Node, Op, Tensor } from '../graph/op';
import { addOp, mulOp } from '../ops/binary/op';
import { references as binary } from '../ops/binary/reference';
import { references as movement } from '../ops/movement/reference';
import { remapOp } from '../ops/movement/remap';
import { viewOp } from '../ops/view/op';
import { references as view } from '../ops/view/reference';

const REFERENCES = new Map([...movement, ...view, ...binary]);

/** How an output follows from one of the graph. */
export interface Rearrangement {
  /** The output of the graph that has its elements. */
  readonly output: string;
  readonly base: Tensor;
  /** What arranges them, in order. */
  readonly nodes: readonly Node[];
  readonly result: Tensor;
}

/** The graph that computes the elements of outputs, each once, and how all outputs follow. */
export interface Rearranged {
  readonly graph: Graph;
  readonly rearrangements: ReadonlyMap<string, Rearrangement>;
}

/** Leaves out of a graph what only arranges elements of its outputs. */
export function withoutRearrangements(graph: Graph): Rearranged {
  const names = new Map<string, string>();
  const outputs = new Map<string, Tensor>();
  const rearrangements = new Map<string, Rearrangement>();
  for (const [name, result] of graph.outputs) {
    const { base, nodes } = baseOf(result);
    const key = tensorKey(base);
    const output = names.get(key) ?? name;
    names.set(key, output);
    outputs.set(output, base);
    rearrangements.set(name, { output, base, nodes, result });
  }
  return { graph: { ...graph, outputs }, rearrangements };
}

/** What the host does: moves elements, and combines those of one tensor, such as gates and states. */
const HOST_OPS: ReadonlySet<Op> = new Set([remapOp, viewOp, addOp, mulOp]);

/** The one computed tensor that another follows from on the host, and the nodes between them. */
function baseOf(result: Tensor): Pick<Rearrangement, 'base' | 'nodes'> {
  const known = new Map<string, Tensor>();
  const find = (tensor: Tensor): Tensor => {
    const key = tensorKey(tensor);
    const found = known.get(key) ?? (isOnHost(tensor) ? common(tensor.node.inputs) : undefined);
    known.set(key, found ?? tensor);
    return found ?? tensor;
  };
  const common = (tensors: readonly Tensor[]): Tensor | undefined => {
    const [first, ...others] = tensors.map(find);
    const isOne = others.every((other) => first && tensorKey(other) === tensorKey(first));
    return isOne ? first : undefined;
  };
  const base = find(result);
  // A state may be much larger than a part of it.
  if (base.node.op.lowering.kind === 'source') return { base: result, nodes: [] };
  const nodes = new Set<Node>();
  const collect = (tensor: Tensor): void => {
    if (tensorKey(tensor) === tensorKey(base) || nodes.has(tensor.node)) return;
    tensor.node.inputs.forEach(collect);
    nodes.add(tensor.node);
  };
  collect(result);
  return { base, nodes: [...nodes] };
}

const isOnHost = ({ dtype, node }: Tensor) => dtype === 'f32' && HOST_OPS.has(node.op);

/**
 * Arranges the elements of an output.
 * @param sizes of the run
 * @param values what was arranged of the run before, which others may follow from
 */
export function rearrange(
  { base, nodes, result }: Rearrangement,
  output: HostTensor,
  sizes: SizeTable,
  values: Values,
): HostTensor {
  if (nodes.length === 0) return output;
  const key = tensorKey(base);
  if (!values.has(key)) values.set(key, NdArray.from(output.shape, output.data));
  interpret(nodes, values, sizes, REFERENCES);
  const { shape, data } = valueIn(values, result);
  return { shape, data: new Float32Array(data) };
}
