/**
 * ONNX models in protobuf's wire format (onnx.proto3 of onnx.ai): as much of it as is needed here.
 */
import type { Weight } from '../../data/draw';

type Bytes = readonly number[];

/**
 * Whole numbers become INT, lists of them INTS, `{ float }` FLOAT, texts STRING, lists of them
 * STRINGS.
 */
export type Attribute =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  /** Names of values; '' leaves an optional one out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface ValueType {
  readonly dtype: 'f32' | 'i32';
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  /** Float32 weights, and lists of int64: shapes and axes. */
  readonly weights: ReadonlyMap<string, Weight>;
  readonly lists: ReadonlyMap<string, readonly number[]>;
  readonly inputs: Readonly<Record<string, ValueType>>;
  readonly outputs: Readonly<Record<string, ValueType>>;
}

const OPSET = 18;
const ELEMENT_TYPES = { f32: 1, i32: 6, i64: 7 } as const;

/** ModelProto: ir_version 1, graph 7, opset_import 8 (version 2). */
export function encodeModel({ nodes, weights, lists, inputs, outputs }: OnnxGraph): Uint8Array {
  // GraphProto: node 1, name 2, initializer 5, input 11, output 12.
  const graph = join([
    ...nodes.map((node) => bytes(1, encodeNode(node))),
    text(2, 'bench'),
    ...[...weights].map(([name, { shape, data }]) =>
      bytes(5, tensor(name, ELEMENT_TYPES.f32, shape, data)),
    ),
    ...[...lists].map(([name, list]) =>
      bytes(5, tensor(name, ELEMENT_TYPES.i64, [list.length], BigInt64Array.from(list, BigInt))),
    ),
    ...Object.entries(inputs).map(([name, type]) => bytes(11, value(name, type))),
    ...Object.entries(outputs).map(([name, type]) => bytes(12, value(name, type))),
  ]);
  return join([number(1, 8), bytes(7, graph), bytes(8, number(2, OPSET))]);
}

/** NodeProto: input 1, output 2, op_type 4, attribute 5. */
function encodeNode({ op, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array {
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, of]) => bytes(5, attribute(name, of))),
  ]);
}

/**
 * AttributeProto: name 1, f 2, i 3, s 4, ints 8, strings 9, type 20 (FLOAT 1, INT 2, STRING 3, INTS
 * 7, STRINGS 8).
 */
function attribute(name: string, of: Attribute): Uint8Array {
  if (typeof of === 'number') return join([text(1, name), number(3, of), number(20, 2)]);
  if (typeof of === 'string') return join([text(1, name), text(4, of), number(20, 3)]);
  if ('float' in of) {
    const float = new Uint8Array(Float32Array.of(of.float).buffer);
    return join([text(1, name), varint(2 * 8 + 5), float, number(20, 1)]);
  }
  const items = of.map((item) => (typeof item === 'number' ? number(8, item) : text(9, item)));
  return join([text(1, name), ...items, number(20, typeof of[0] === 'string' ? 8 : 7)]);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
function tensor(
  name: string,
  type: number,
  shape: readonly number[],
  data: ArrayBufferView,
): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return join([
    ...shape.map((size) => number(1, size)),
    number(2, type),
    text(8, name),
    bytes(9, raw),
  ]);
}

/** ValueInfoProto: name 1, type 2 (tensor_type 1: elem_type 1, shape 2 (dim 1 (dim_value 1))). */
function value(name: string, { dtype, shape }: ValueType): Uint8Array {
  const dims = join(shape.map((size) => bytes(1, number(1, size))));
  const type = bytes(1, join([number(1, ELEMENT_TYPES[dtype]), bytes(2, dims)]));
  return join([text(1, name), bytes(2, type)]);
}

function varint(value: number): Bytes {
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...digits, rest];
    digits.push((rest % 128) + 128);
  }
}

const number = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)];

function bytes(field: number, content: Bytes | Uint8Array): Uint8Array {
  return join([varint(field * 8 + 2), varint(content.length), content]);
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
