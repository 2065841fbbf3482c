/**
 * Creates nodes and tensors. Applying an op infers its types at once, so that the stack of an error leads to
 * the caller's line.
 */
import { defined, ShapeError } from '../core/errors';
import type { DType, Shape, TensorType } from '../core/shape';
import { type Count, type Counted, checkCount } from './count';
import type { Attrs, Node, Op, Tensor } from './op';

let nextId = 0;

class OutputTensor implements Tensor {
  readonly node: Node;
  readonly index: number;

  constructor(node: Node, index: number) {
    this.node = node;
    this.index = index;
  }

  get type(): TensorType {
    return defined(this.node.types[this.index], `output ${this.index} of ${this.node.op.name}`);
  }

  get shape(): Shape {
    return this.type.shape;
  }

  get dtype(): DType {
    return this.type.dtype;
  }
}

/**
 * Applies an op to tensors and gives all its outputs.
 * @throws ShapeError when the op takes or gives another number; whatever its `infer` throws for inputs that do
 *   not fit
 */
export function applyAll<A extends Attrs, I extends Count, O extends Count>(
  op: Op<A, I, O>,
  inputs: Counted<Tensor, I>,
  attrs: A,
): Counted<Tensor, O>;
export function applyAll(op: Op, inputs: readonly Tensor[], attrs: Attrs): readonly Tensor[] {
  checkCount(`${op.name} inputs`, inputs, op.inputs);
  const types = op.infer(
    inputs.map(({ dtype, shape }) => ({ dtype, shape })),
    attrs,
  );
  checkCount(`${op.name} outputs`, types, op.outputs);
  for (const { shape } of types) checkSizes(op.name, shape);
  const node: Node = { id: nextId++, op, attrs, inputs, types };
  return types.map((_, i) => new OutputTensor(node, i));
}

/** @throws ShapeError for a size that is negative or no whole number */
function checkSizes(where: string, shape: Shape): void {
  for (const d of shape) {
    if (typeof d !== 'number' || (Number.isInteger(d) && d >= 0)) continue;
    throw new ShapeError(`${where}: sizes must be whole and not negative, found [${shape}]`);
  }
}

/** Applies an op and gives its first output. */
export function apply<A extends Attrs, I extends Count, O extends Count>(
  op: Op<A, I, O>,
  inputs: Counted<Tensor, I>,
  attrs: A,
): Tensor;
export function apply(op: Op, inputs: readonly Tensor[], attrs: Attrs): Tensor {
  return defined(applyAll(op, inputs, attrs)[0], `output of ${op.name}`);
}

/** The tensor that is output `index` of a node. */
export function outputOf(node: Node, index: number): Tensor {
  return new OutputTensor(node, index);
}

/** Text that identifies a tensor: equal for the same output of the same node. */
export function tensorKey(tensor: Tensor): string {
  return `${tensor.node.id}.${tensor.index}`;
}

/** All nodes that the tensors depend on, in order of creation, so that inputs come before users. */
export function reachableNodes(outputs: readonly Tensor[]): readonly Node[] {
  const seen = new Map<number, Node>();
  const stack = outputs.map((tensor) => tensor.node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    for (const tensor of node.inputs) stack.push(tensor.node);
  }
  // Ids rise with creation and a node is made after its inputs: this order is topological.
  return [...seen.values()].sort((a, b) => a.id - b.id);
}
