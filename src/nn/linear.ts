/** The linear layer, and the affine map that other layers share. */
import type { Tensor } from '../graph/op';
import { add } from '../ops/binary/op';
import { reshape } from '../ops/view/op';
import { checkColumns, checkLayer, type Layer, layer } from './layer';
import type { Initialiser } from './scope';
import type { Weight } from './weight';

/** nn.Linear's initialiser: uniform within ±1 / sqrt(inputs). */
export function linearBound(inputs: number): Initialiser {
  return { kind: 'uniform', bound: 1 / Math.sqrt(inputs) };
}

/** x @ weight^T + bias, for x [..., in], weight [out, in] and bias [out]. */
export function affine(x: Tensor, weight: Weight, bias: Tensor): Tensor {
  return add(weight.product(x), bias);
}

/** Options of a linear layer. */
export interface LinearOptions {
  /** Whether a bias is added (default true). */
  readonly bias?: boolean;
  /** Initialiser of the weight (default: uniform within ±1 / sqrt(inputs), as in PyTorch). */
  readonly initialiser?: Initialiser;
}

/**
 * nn.Linear: x @ weight^T + bias. Takes [..., inputs], gives [..., outputs]. Parameters: weight
 * [outputs, inputs], bias [outputs].
 * @throws OptionError; the layer throws ShapeError or DTypeError for another x
 */
export function linear(inputs: number, outputs: number, options: LinearOptions = {}): Layer {
  checkLayer('linear', { inputs, outputs }, options, ['bias', 'initialiser']);
  const { bias = true, initialiser = linearBound(inputs) } = options;
  return layer((scope, x: Tensor) => {
    checkColumns('linear', x, inputs);
    const weight = scope.weight('weight', [outputs, inputs], initialiser);
    const isVector = x.shape.length === 1;
    const rows = isVector ? reshape(x, [1, inputs]) : x;
    const y = bias
      ? affine(rows, weight, scope.parameter('bias', [outputs], linearBound(inputs)))
      : weight.product(rows);
    return isVector ? reshape(y, [outputs]) : y;
  });
}
