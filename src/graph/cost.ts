/** What an application of an op costs: its own rule, or an operation for each element of a result. */
import { addDims, type Dim, multiplyDims } from '../core/dim';
import { numberOfElements, type Shape } from '../core/shape';
import type { Cost, Node } from './op';

/** So many operations for each element of a shape; a transcendental function counts as one. */
export function perElement(flops: number, shape: Shape | undefined): Cost {
  return { flops: multiplyDims(flops, numberOfElements(shape ?? [])) };
}

/** No arithmetic: so many elements are read and written again. */
export function copyOf(elements: Dim): Cost {
  return { flops: 0, moved: multiplyDims(2, elements) };
}

export function costOf(node: Node): Cost {
  const { op, types } = node;
  if (op.cost !== undefined) return op.cost(node);
  return { flops: types.map(({ shape }) => numberOfElements(shape)).reduce(addDims, 0) };
}
