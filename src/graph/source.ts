/** Where values enter a graph: inputs of a run, state that lives on the device, constants. */
import type { TensorType } from '../core/shape';
import { apply } from './node';
import { defineOp, type Node, type Tensor } from './op';

type SourceAttrs = { readonly name: string; readonly type: TypeAttr };

/** A source's element type and shape, wrapped so that attributes stay comparable by key. */
class TypeAttr {
  readonly type: TensorType;
  readonly key: string;

  constructor(type: TensorType) {
    this.type = type;
    this.key = `${type.dtype}[${type.shape.join(',')}]`;
  }

  toString(): string {
    return this.key;
  }
}

/** Values known when tracing, in row-major order; integers and booleans exactly. */
export interface Constant {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A constant's data; two constants are equal only when they hold the same array. */
class DataAttr extends TypeAttr {
  readonly data: Constant;

  constructor(type: TensorType, data: Constant) {
    super(type);
    this.data = data;
  }
}

/*@__NO_SIDE_EFFECTS__*/
function sourceOp(name: string) {
  return defineOp<SourceAttrs, 0>({
    name,
    inputs: 0,
    infer: (_inputs, { type }) => [type.type],
    lowering: { kind: 'source' },
  });
}

const inputOp = sourceOp('input');
const stateOp = sourceOp('state');
const constantOp = sourceOp('constant');

/** A value that each run passes by name. */
export function inputTensor(name: string, type: TensorType): Tensor {
  return apply(inputOp, [], { name, type: new TypeAttr(type) });
}

/** A value that lives on the device between runs, by name. */
export function stateTensor(name: string, type: TensorType): Tensor {
  return apply(stateOp, [], { name, type: new TypeAttr(type) });
}

/** A value fixed at trace time, uploaded once. */
export function constantTensor(data: Constant, dtype: TensorType['dtype'] = 'f32'): Tensor {
  return apply(constantOp, [], {
    name: '',
    type: new DataAttr({ dtype, shape: data.shape }, data),
  });
}

/** Where the value of a node without inputs comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'state'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: Constant };

/** What kind of source a node is; undefined for a computed node. */
export function sourceOf(node: Node): Source | undefined {
  if (node.op.lowering.kind !== 'source') return undefined;
  const { name, type } = node.attrs;
  if (type instanceof DataAttr) return { kind: 'constant', data: type.data };
  return { kind: node.op.name === stateOp.name ? 'state' : 'input', name: String(name) };
}
