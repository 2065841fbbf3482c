/**
 * Generates the WGSL of a group's elementwise chain: reads of operands under broadcasting, one
 * statement per node, and stores of results other than the kernel's own.
 */
import type { Epilogue, EpilogueBinding } from '../../../shaders/lib/epilogue';
import { type Dim, dimsEqual, multiplyDims } from '../../core/dim';
import { assert, defined } from '../../core/errors';
import { broadcastDim, type DType, type Shape } from '../../core/shape';
import { outputOf, tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import type { Group } from '../schedule/group';

export interface ChainCode {
  readonly epilogue: Epilogue;
  /** The tensor that the kernel itself stores. */
  readonly result: Tensor;
  /** Tensors of the epilogue's bindings, in order. */
  readonly operands: readonly Tensor[];
  /** Values of the epilogue's params, in order. */
  readonly params: readonly Dim[];
}

const STORED: Readonly<Record<DType, 'f32' | 'i32' | 'u32'>> = {
  f32: 'f32',
  i32: 'i32',
  bool: 'u32',
};
const VALUE: Readonly<Record<DType, string>> = { f32: 'f32', i32: 'i32', bool: 'bool' };

const load = (dtype: DType, text: string) => (dtype === 'bool' ? `(${text} != 0u)` : text);
const store = (dtype: DType, text: string) => (dtype === 'bool' ? `select(0u, 1u, ${text})` : text);

/** The stored WGSL type of a tensor's elements. */
export function storedElement(dtype: DType): 'f32' | 'i32' | 'u32' {
  return STORED[dtype];
}

/** The code of a group's chain, which must not be empty. */
export function chainCode(group: Group): ChainCode {
  const { chain, host } = group;
  const result = defined(
    group.outputs.findLast((t) => t.node !== host),
    'result of a chain',
  );
  const bindings: EpilogueBinding[] = [];
  const operands: Tensor[] = [];
  const names: string[] = [];
  const params: Dim[] = [];
  const lines: string[] = [];
  const expressions = new Map<string, string>();
  const bind = (tensor: Tensor, access: EpilogueBinding['access']): string => {
    const name = `e${operands.length}`;
    bindings.push({ name, access, element: STORED[tensor.dtype] });
    operands.push(tensor);
    return name;
  };
  const param = (value: Dim): string => {
    const name = `e_size${params.length}`;
    names.push(name);
    params.push(value);
    return `params.${name}`;
  };
  const hosted = host && outputOf(host, 0);
  if (hosted !== undefined) expressions.set(tensorKey(hosted), load(hosted.dtype, 'value'));
  const inside = new Set(chain.flatMap((node) => node.types.map((_, i) => `${node.id}.${i}`)));
  const read = (tensor: Tensor): string => {
    const key = tensorKey(tensor);
    const known = expressions.get(key);
    if (known !== undefined) return known;
    assert(!inside.has(key), 'a chain reads a later node of its own');
    const name = bind(tensor, 'read');
    const at = broadcastIndex(tensor.shape, result.shape, 'index', param);
    const value = `v${expressions.size}`;
    lines.push(`let ${value} = ${load(tensor.dtype, `${name}[${at}]`)};`);
    expressions.set(key, value);
    return value;
  };
  const functions: string[] = [];
  const context = { index: 'index', param };
  for (const node of chain) {
    const { lowering } = node.op;
    assert(lowering.kind === 'elementwise', `${node.op.name} in an elementwise chain`);
    const args = node.inputs.map(read);
    const { dtype } = defined(node.types[0], 'type');
    const value = `v${expressions.size}`;
    lines.push(
      `let ${value}: ${VALUE[dtype]} = ${lowering.expression(args, node.attrs, context)};`,
    );
    expressions.set(`${node.id}.0`, value);
    functions.push(...(lowering.functions ?? []));
  }
  for (const tensor of group.outputs) {
    if (tensorKey(tensor) === tensorKey(result) || tensor.index > 0) continue;
    const value = defined(expressions.get(tensorKey(tensor)), 'extra result');
    lines.push(`${bind(tensor, 'read_write')}[index] = ${store(tensor.dtype, value)};`);
  }
  lines.push(
    `return ${store(result.dtype, defined(expressions.get(tensorKey(result)), 'result'))};`,
  );
  const value = hosted === undefined ? '' : `value: ${STORED[hosted.dtype]}, `;
  const element = STORED[result.dtype];
  const code = `${[...new Set(functions)].join('\n')}
fn epilogue(${value}index: u32) -> ${element} {
  ${lines.join('\n  ')}
}`;
  return { epilogue: { bindings, params: names, element, code }, result, operands, params };
}

/**
 * WGSL of the flat index to read under broadcasting, computed from the flat output index. Adjacent
 * axes that are both read or both broadcast are collapsed, so that common cases take few
 * operations.
 */
function broadcastIndex(
  from: Shape,
  to: Shape,
  index: string,
  param: (value: Dim) => string,
): string {
  const axes = collapsedAxes(from, to);
  if (axes.every(({ isRead }) => isRead)) return index;
  const terms: string[] = [];
  let [outer, inner]: [Dim, Dim] = [1, 1];
  axes.toReversed().forEach(({ size, isRead }, i) => {
    if (isRead) {
      const shifted = outer === 1 ? index : `(${index} / ${text(outer, param)})`;
      const isFirst = i === axes.length - 1;
      const wrapped = isFirst ? shifted : `(${shifted} % ${text(size, param)})`;
      terms.push(inner === 1 ? wrapped : `${wrapped} * ${text(inner, param)}`);
      inner = multiplyDims(inner, size);
    }
    outer = multiplyDims(outer, size);
  });
  return terms.length === 0 ? '0u' : terms.join(' + ');
}

function text(d: Dim, param: (value: Dim) => string): string {
  // A size of 0 has no elements to index, but a division by it would not compile.
  return typeof d === 'number' ? `${Math.max(1, d)}u` : param(d);
}

/** Adjacent axes of the output that the operand has, or along which it is broadcast. */
interface CollapsedAxis {
  readonly size: Dim;
  readonly isRead: boolean;
}

function collapsedAxes(from: Shape, to: Shape): readonly CollapsedAxis[] {
  const axes: CollapsedAxis[] = [];
  to.forEach((size, i) => {
    if (size === 1) return;
    const own = broadcastDim(from, i - to.length);
    const isRead = dimsEqual(own, size);
    const previous = axes.at(-1);
    if (previous !== undefined && previous.isRead === isRead) {
      axes[axes.length - 1] = { size: multiplyDims(previous.size, size), isRead };
    } else {
      axes.push({ size, isRead });
    }
  });
  return axes;
}
