/** ONNX models of one recurrent node, in protobuf's wire format (onnx.proto3 of onnx.ai). */
import type { LayerWeights } from '../../data/recurrent';
import type { LayerSpec } from '../../spec';

type Bytes = readonly number[];

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

const number = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];

function bytes(field: number, content: Bytes | Uint8Array): Uint8Array {
  const head = [...varint(field * 8 + 2), ...varint(content.length)];
  return join([head, content]);
}

const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value));

function join(parts: readonly (Bytes | Uint8Array)[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A tensor that is part of the model. */
export interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

const [FLOAT, INT32] = [1, 6];

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensor(name: string, { shape, data }: Constant): Uint8Array {
  return join([
    ...shape.map((size) => number(1, size)),
    number(2, data instanceof Float32Array ? FLOAT : INT32),
    text(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

/** ValueInfoProto: name 1, type 2 (tensor_type 1: elem_type 1, shape 2 (dim 1 (dim_value 1))). */
function value(name: string, shape: readonly number[]): Uint8Array {
  const dims = join(shape.map((size) => bytes(1, number(1, size))));
  const type = bytes(1, join([number(1, FLOAT), bytes(2, dims)]));
  return join([text(1, name), bytes(2, type)]);
}

type Attribute = number | string | readonly string[];

/** AttributeProto: name 1, type 20, and of its types i 3 (INT 2), s 4 (STRING 3), strings 9 (STRINGS 8). */
function attribute(name: string, content: Attribute): Uint8Array {
  const typed =
    typeof content === 'number'
      ? [number(3, content), number(20, 2)]
      : typeof content === 'string'
        ? [text(4, content), number(20, 3)]
        : [...content.map((item) => text(9, item)), number(20, 8)];
  return join([text(1, name), ...typed]);
}

export interface NodeModel {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Shape of X. */
  readonly x: readonly number[];
  /** The node's other inputs, in its order; undefined where one is left out. */
  readonly inputs: Readonly<Record<string, Constant | undefined>>;
  /** Shapes of the outputs, in the node's order. */
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

/** A model of one node, whose input is X. */
export function nodeModel({ op, attributes, x, inputs, outputs }: NodeModel): Uint8Array {
  // NodeProto: input 1, output 2, op_type 4, attribute 5.
  const node = join([
    text(1, 'X'),
    ...Object.entries(inputs).map(([name, constant]) => text(1, constant ? name : '')),
    ...Object.keys(outputs).map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, content]) => bytes(5, attribute(name, content))),
  ]);
  // GraphProto: node 1, name 2, initializer 5, input 11, output 12.
  const graph = join([
    bytes(1, node),
    text(2, op),
    ...Object.entries(inputs).flatMap(([name, constant]) =>
      constant === undefined ? [] : [bytes(5, tensor(name, constant))],
    ),
    bytes(11, value('X', x)),
    ...Object.entries(outputs).map(([name, shape]) => bytes(12, value(name, shape))),
  ]);
  // ModelProto: ir_version 1, graph 7, opset_import 8 (domain 1, version 2).
  return join([number(1, 8), bytes(7, graph), bytes(8, number(2, 14))]);
}

/** PyTorch's gates i, f, g, o in ONNX's order i, o, f, c: rows of each gate lie together. */
function reordered(data: Float32Array): Float32Array {
  const size = data.length / 4;
  const gate = (at: number) => data.subarray(at * size, (at + 1) * size);
  const result = new Float32Array(data.length);
  [0, 3, 1, 2].forEach((from, to) => {
    result.set(gate(from), to * size);
  });
  return result;
}

/** X [length, batch, input] -> Y [length, 1, batch, hidden]. */
export function lstmModel(spec: LayerSpec, layer: LayerWeights): Uint8Array {
  const { batch, length, inputSize, hiddenSize } = spec;
  const rows = 4 * hiddenSize;
  const biases = new Float32Array(2 * rows);
  biases.set(reordered(layer.biasIn.data));
  biases.set(reordered(layer.bias.data), rows);
  return nodeModel({
    op: 'LSTM',
    attributes: { hidden_size: hiddenSize },
    x: [length, batch, inputSize],
    inputs: {
      W: { shape: [1, rows, inputSize], data: reordered(layer.weightIn.data) },
      R: { shape: [1, rows, hiddenSize], data: reordered(layer.weight.data) },
      B: { shape: [1, 2 * rows], data: biases },
    },
    outputs: { Y: [length, 1, batch, hiddenSize] },
  });
}
