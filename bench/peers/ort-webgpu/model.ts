/** An ONNX model of one LSTM node, in protobuf's wire format (onnx.proto3 of onnx.ai). */
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

const FLOAT = 1;

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensor(name: string, shape: readonly number[], data: Float32Array): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return join([
    ...shape.map((size) => number(1, size)),
    number(2, FLOAT),
    text(8, name),
    bytes(9, raw),
  ]);
}

/** ValueInfoProto: name 1, type 2 (tensor_type 1: elem_type 1, shape 2 (dim 1 (dim_value 1))). */
function value(name: string, shape: readonly number[]): Uint8Array {
  const dims = join(shape.map((size) => bytes(1, number(1, size))));
  const type = bytes(1, join([number(1, FLOAT), bytes(2, dims)]));
  return join([text(1, name), bytes(2, type)]);
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
  // NodeProto: input 1, output 2, op_type 4, attribute 5 (name 1, i 3, type 20: INT 2).
  const hidden = join([text(1, 'hidden_size'), number(3, hiddenSize), number(20, 2)]);
  const node = join([
    ...['X', 'W', 'R', 'B'].map((name) => text(1, name)),
    text(2, 'Y'),
    text(4, 'LSTM'),
    bytes(5, hidden),
  ]);
  // GraphProto: node 1, name 2, initializer 5, input 11, output 12.
  const graph = join([
    bytes(1, node),
    text(2, 'lstm'),
    bytes(5, tensor('W', [1, rows, inputSize], reordered(layer.weightIn.data))),
    bytes(5, tensor('R', [1, rows, hiddenSize], reordered(layer.weight.data))),
    bytes(5, tensor('B', [1, 2 * rows], biases)),
    bytes(11, value('X', [length, batch, inputSize])),
    bytes(12, value('Y', [length, 1, batch, hiddenSize])),
  ]);
  // ModelProto: ir_version 1, graph 7, opset_import 8 (domain 1, version 2).
  return join([number(1, 8), bytes(7, graph), bytes(8, number(2, 14))]);
}
