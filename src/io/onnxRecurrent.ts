/**
 * Weights of ONNX's recurrent operators LSTM, GRU and RNN (onnx.ai/onnx/operators) under PyTorch's names and
 * in its gate orders, as `recurrentLayers` reads them. Reads no ONNX files: the tensors are the caller's.
 */

import { checkOptions, OptionError, ShapeError } from '../core/errors';
import { checkHostTensor, type HostTensor } from '../core/hostTensor';
import { dims } from '../core/shape';

/** Attributes by ONNX's own names. What is not here, or cannot be computed, is an OptionError. */
export interface OnnxRecurrentAttributes {
  readonly hidden_size?: number;
  readonly direction?: 'forward' | 'reverse' | 'bidirectional';
  /** Only the usual ones: Sigmoid for gates, Tanh; of an RNN Tanh or Relu. */
  readonly activations?: readonly string[];
  /** Of a GRU: 0, the default, scales the state before its product, as Cho et al. 2014 do. */
  readonly linear_before_reset?: number;
  /** Of an LSTM: 1 couples two gates, which no cell of ours does. */
  readonly input_forget?: number;
  /** How inputs and states lie in ONNX; ours have the batch first. */
  readonly layout?: number;
}

/** A node of one layer. Sizes: D directions, G gates, H units, I inputs. */
export interface OnnxRecurrentNode {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly attributes?: OnnxRecurrentAttributes;
  /** [D, G * H, I]. */
  readonly W: HostTensor;
  /** [D, G * H, H]. */
  readonly R: HostTensor;
  /** Biases of the input's products, then of the state's [D, 2 * G * H]. */
  readonly B?: HostTensor | undefined;
  /** Peepholes of an LSTM [D, 3 * H]: none but zeros. */
  readonly P?: HostTensor | undefined;
}

/** A recurrent layer of an ONNX file under PyTorch's names. */
export interface ImportedRecurrent {
  /** Of `recurrentLayers`. */
  readonly options: {
    readonly cell: 'lstm' | 'gru' | 'gru-reset-before' | 'tanh' | 'relu';
    readonly inputSize: number;
    readonly hiddenSize: number;
    readonly bidirectional: boolean;
    readonly reverse: boolean;
    readonly bias: boolean;
  };
  /** weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0; the other direction's end in _reverse. */
  readonly weights: ReadonlyMap<string, WeightTensor>;
}

/** A parameter in float32. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Where PyTorch's gates are in ONNX's order: i, f, g, o in i, o, f, c; r, z, n in z, r, h. */
const GATES = { LSTM: [0, 2, 3, 1], GRU: [1, 0, 2], RNN: [0] } as const;

const ACTIVATIONS = {
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
  GRU: ['Sigmoid', 'Tanh'],
  RNN: ['Tanh'],
} as const;

const ATTRIBUTES = [
  'hidden_size',
  'direction',
  'activations',
  'linear_before_reset',
  'input_forget',
  'layout',
];

/**
 * A node's options and weights for `recurrentLayers`.
 * @throws ShapeError, DTypeError for tensors that do not fit together; OptionError for what no cell here
 * computes: peepholes, coupled gates, clipping, other activations
 */
export function importOnnxRecurrent(node: OnnxRecurrentNode): ImportedRecurrent {
  const { op, attributes = {}, W, R, B } = node;
  checkOptions(`ONNX ${op}`, attributes, ATTRIBUTES);
  const { direction = 'forward' } = attributes;
  const cell = cellOf(node);
  const order = GATES[op];
  const directions = direction === 'bidirectional' ? 2 : 1;
  const [, , inputSize] = dims(W, 3, `ONNX ${op}: W`);
  const [, , hiddenSize] = dims(R, 3, `ONNX ${op}: R`);
  const rows = order.length * hiddenSize;
  check(op, 'W', W, [directions, rows, inputSize]);
  check(op, 'R', R, [directions, rows, hiddenSize]);
  if (B !== undefined) check(op, 'B', B, [directions, 2 * rows]);
  if (hiddenSize !== (attributes.hidden_size ?? hiddenSize)) {
    throw new ShapeError(
      `ONNX ${op}: hidden_size is ${attributes.hidden_size}, but R has ${hiddenSize} units`,
    );
  }
  const weights = new Map<string, WeightTensor>();
  for (let d = 0; d < directions; d++) {
    const suffix = d === 0 ? 'l0' : 'l0_reverse';
    const add = (name: string, shape: readonly number[], part: Float32Array) => {
      weights.set(`${name}_${suffix}`, { shape, data: inOrder(part, order) });
    };
    add('weight_ih', [rows, inputSize], partOf(W, directions, d));
    add('weight_hh', [rows, hiddenSize], partOf(R, directions, d));
    if (B === undefined) continue;
    add('bias_ih', [rows], partOf(B, 2 * directions, 2 * d));
    add('bias_hh', [rows], partOf(B, 2 * directions, 2 * d + 1));
  }
  const bidirectional = directions === 2;
  const reverse = direction === 'reverse';
  const bias = B !== undefined;
  return { options: { cell, inputSize, hiddenSize, bidirectional, reverse, bias }, weights };
}

function cellOf({
  op,
  attributes = {},
  P,
}: OnnxRecurrentNode): ImportedRecurrent['options']['cell'] {
  if (P?.data.some((value) => value !== 0)) {
    throw new OptionError(`ONNX ${op}: peepholes P must be zeros, no cell here has them`);
  }
  if ((attributes.input_forget ?? 0) !== 0) {
    throw new OptionError(`ONNX ${op}: input_forget must be 0, found ${attributes.input_forget}`);
  }
  const both = attributes.direction === 'bidirectional' ? 2 : 1;
  const twice = (names: readonly string[]) => Array.from({ length: both }, () => names).flat();
  const found = (attributes.activations ?? twice(ACTIVATIONS[op])).join();
  if (op === 'RNN' && found === twice(['Relu']).join()) return 'relu';
  const usual = twice(ACTIVATIONS[op]).join();
  if (found !== usual) {
    throw new OptionError(`ONNX ${op}: activations must be ${usual}, found ${found}`);
  }
  if (op === 'RNN') return 'tanh';
  if (op === 'LSTM') return 'lstm';
  return (attributes.linear_before_reset ?? 0) === 0 ? 'gru-reset-before' : 'gru';
}

function check(op: string, name: string, tensor: HostTensor, shape: readonly number[]): void {
  if (tensor.shape.join() !== shape.join()) {
    throw new ShapeError(`ONNX ${op}: ${name} must be [${shape}], found [${tensor.shape}]`);
  }
  checkHostTensor(`ONNX ${op}: ${name}`, tensor, 'f32');
}

/** One of `count` equal parts, as float32. */
function partOf({ data }: HostTensor, count: number, part: number): Float32Array {
  const size = data.length / count;
  return Float32Array.from(data.subarray(part * size, (part + 1) * size));
}

/** The rows of each gate, which lie together, in another order. */
function inOrder(part: Float32Array, order: readonly number[]): Float32Array {
  const size = part.length / order.length;
  const result = new Float32Array(part.length);
  order.forEach((from, to) => {
    result.set(part.subarray(from * size, (from + 1) * size), to * size);
  });
  return result;
}
