/** Evaluates nodes in float64 by the references of their ops. Every value has storage of its own. */
import type { SizeTable } from '../core/dim';
import { defined, QkvError } from '../core/errors';
import { NdArray } from '../core/ndArray';
import { evaluateShape } from '../core/shape';
import { tensorKey } from './node';
import type { Node, Tensor } from './op';
import { referenceLoops } from './ownOp';
import type { References } from './reference';

/** Values by tensorKey. */
export type Values = Map<string, NdArray>;

/** Computes the nodes in order and adds their outputs to `values`; skips those that have values. */
export function interpret(
  nodes: readonly Node[],
  values: Values,
  sizes: SizeTable,
  references: References,
): void {
  for (const node of nodes) {
    if (values.has(`${node.id}.0`)) continue;
    const operands = node.inputs.map((tensor) => valueIn(values, tensor));
    runReference(node, operands, sizes, references).forEach((value, i) => {
      values.set(`${node.id}.${i}`, value);
    });
  }
}

/** Calls an op's reference on fresh outputs; those computed in place start as copies. */
export function runReference(
  node: Node,
  operands: readonly NdArray[],
  sizes: SizeTable,
  references: References,
): readonly NdArray[] {
  const { lowering, name } = node.op;
  const loops = referenceLoops(references, node.op);
  if (loops === undefined) {
    throw new QkvError(
      'internal',
      lowering.kind === 'source'
        ? `${name} has no value of its own`
        : `${name} is missing from ops/references.ts`,
    );
  }
  const inPlace = lowering.kind === 'kernel' ? lowering.inPlace?.(node.attrs) : undefined;
  const outputs = node.types.map(({ shape }, i) => {
    const origin = inPlace?.get(i);
    const fresh = new NdArray(evaluateShape(shape, sizes));
    if (origin !== undefined) fresh.data.set(defined(operands[origin], 'operand').data);
    return fresh;
  });
  const { attrs, types } = node;
  loops({ attrs, types, inputs: operands, outputs, sizes, references });
  return outputs;
}

/** The value of a tensor that was computed before. */
export function valueIn(values: ReadonlyMap<string, NdArray>, tensor: Tensor): NdArray {
  const value = values.get(tensorKey(tensor));
  if (value === undefined) throw new QkvError('internal', `${tensor.node.op.name} has no value`);
  return value;
}
