/** Float64 reference of a loop, which interprets the body once per step. */
import { evaluateDim } from '../../core/dim';
import { defined } from '../../core/errors';
import { NdArray } from '../../core/ndArray';
import { interpret, type Values, valueIn } from '../../graph/interpret';
import { reachableNodes, tensorKey } from '../../graph/node';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { type ScanAttrs, split } from './attrs';
import { scanOp } from './op';

function scanReference(call: ReferenceCall<ScanAttrs>): void {
  const { attrs, inputs, outputs, sizes, references } = call;
  const { body, reverse, shifts } = attrs;
  const length = evaluateDim(attrs.length, sizes);
  const [init, sequences, constants] = split(inputs, body.carries.length, body.sequences.length);
  const [finals, stacks, rows] = split(outputs, body.carries.length, body.carries.length);
  const nodes = reachableNodes([...body.next, ...body.rows]);
  let carries = init;
  const record = (t: number) =>
    stacks.forEach((stack, i) => {
      setRow(stack, t, defined(carries[i], 'carry'));
    });
  record(reverse ? length : 0);
  for (let step = 0; step < length; step++) {
    const t = reverse ? length - 1 - step : step;
    const values: Values = new Map();
    body.carries.forEach((tensor, i) => {
      values.set(tensorKey(tensor), defined(carries[i], 'carry'));
    });
    body.constants.forEach((tensor, i) => {
      values.set(tensorKey(tensor), defined(constants[i], 'constant'));
    });
    body.sequences.forEach((tensor, i) => {
      const at = t + defined(shifts[i], 'shift');
      values.set(tensorKey(tensor), row(defined(sequences[i], 'sequence'), at));
    });
    interpret(nodes, values, sizes, references);
    carries = body.next.map((tensor) => valueIn(values, tensor));
    record(reverse ? t : t + 1);
    rows.forEach((stack, i) => {
      setRow(stack, t, valueIn(values, defined(body.rows[i], 'row')));
    });
  }
  finals.forEach((final, i) => {
    final.data.set(defined(carries[i], 'carry').data);
  });
}

function row(sequence: NdArray, t: number): NdArray {
  const shape = sequence.shape.slice(1);
  const size = shape.reduce((product, n) => product * n, 1);
  return new NdArray(shape, sequence.data.slice(t * size, (t + 1) * size));
}

function setRow(stack: NdArray, t: number, value: NdArray): void {
  stack.data.set(value.data, t * value.size);
}

export const references: readonly ReferenceEntry[] = [referenceOf(scanOp, scanReference)];
