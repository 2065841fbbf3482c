/**
 * Converts the parameters of ONNX's recurrent operators LSTM, GRU and RNN (onnx.ai/onnx/operators)
 * to PyTorch's names and gate orders, for `nn.recurrent`. Does not read ONNX files: the caller
 * passes the tensors.
 */

import { checkOptions, OptionError, ShapeError } from '../core/errors';
import { checkHostTensor, type HostTensor } from '../core/hostTensor';
import { dims } from '../core/shape';

/** Attributes by ONNX's names. Others, and values that are not supported, are an OptionError. */
export interface OnnxRecurrentAttributes {
  readonly hidden_size?: number;
  readonly direction?: 'forward' | 'reverse' | 'bidirectional';
  /** Must be ONNX's defaults (Sigmoid for gates, Tanh); an RNN may also have Relu. */
  readonly activations?: readonly string[];
  /**
   * For a GRU: 0 (default) applies the reset gate before the matrix product, as Cho et al. (2014)
   * do.
   */
  readonly linear_before_reset?: number;
  /** For an LSTM: coupling of the input and forget gates, which is not supported: must be 0. */
  readonly input_forget?: number;
  /** Layout of ONNX's inputs and states. It is ignored: layers here are batch-first. */
  readonly layout?: number;
}

/** An ONNX node. Sizes: D directions, G gates, H units, I inputs. */
export interface OnnxRecurrentNode {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly attributes?: OnnxRecurrentAttributes;
  /** Input weights [D, G * H, I]. */
  readonly W: HostTensor;
  /** Recurrent weights [D, G * H, H]. */
  readonly R: HostTensor;
  /** Input biases followed by recurrent biases [D, 2 * G * H]. */
  readonly B?: HostTensor | undefined;
  /** Peephole weights of an LSTM [D, 3 * H], which are not supported: must be zeros. */
  readonly P?: HostTensor | undefined;
}

/** A converted recurrent layer. */
export interface ImportedRecurrent {
  /** Options for `nn.recurrent`. */
  readonly options: {
    readonly cell: 'lstm' | 'gru' | 'gru-reset-before' | 'tanh' | 'relu';
    readonly inputSize: number;
    readonly hiddenSize: number;
    readonly bidirectional: boolean;
    readonly reverse: boolean;
    readonly bias: boolean;
  };
  /**
   * weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0; names of the reverse direction end in
   * _reverse.
   */
  readonly parameters: ReadonlyMap<string, ImportedParameter>;
}

/** A float32 parameter. */
export interface ImportedParameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Indices of PyTorch's gates in ONNX's order: i, f, g, o in i, o, f, c; r, z, n in z, r, h. */
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
 * Converts a node to options and parameters for `nn.recurrent`.
 * @throws ShapeError, DTypeError for inconsistent tensors; OptionError for peepholes, coupled
 *   gates, clipping and other activations, which are not supported
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
  const parameters = new Map<string, ImportedParameter>();
  for (let d = 0; d < directions; d++) {
    const suffix = d === 0 ? 'l0' : 'l0_reverse';
    const add = (name: string, shape: readonly number[], part: Float32Array) => {
      parameters.set(`${name}_${suffix}`, { shape, data: reorderGates(part, order) });
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
  return { options: { cell, inputSize, hiddenSize, bidirectional, reverse, bias }, parameters };
}

function cellOf({
  op,
  attributes = {},
  P,
}: OnnxRecurrentNode): ImportedRecurrent['options']['cell'] {
  if (P?.data.some((value) => value !== 0)) {
    throw new OptionError(`ONNX ${op}: peepholes are not supported, P must be zeros`);
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

/** A copy of one of `count` equal parts. */
function partOf({ data }: HostTensor, count: number, part: number): Float32Array {
  const size = data.length / count;
  return Float32Array.from(data.subarray(part * size, (part + 1) * size));
}

/** Reorders the blocks of rows of the gates. */
function reorderGates(part: Float32Array, order: readonly number[]): Float32Array {
  const size = part.length / order.length;
  const result = new Float32Array(part.length);
  order.forEach((from, to) => {
    result.set(part.subarray(from * size, (from + 1) * size), to * size);
  });
  return result;
}
