/** Float64 reference of recurrent layers, one unit at a time. */
import { defined } from '../../core/errors';
import type { NdArray } from '../../core/ndArray';
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { inputNames, named, outputNames, type RecurrenceAttrs } from './attrs';
import { recurrenceGradOp } from './grad';
import { recurrenceGradReference } from './gradReference';
import { recurrenceOp } from './op';
import { stepReferences } from './stepReference';
import { unitStep } from './units';

function recurrenceReference(call: ReferenceCall<RecurrenceAttrs>): void {
  const { attrs } = call;
  const from = named(inputNames(attrs), call.inputs);
  const to = named(outputNames(attrs), call.outputs);
  const need = (array: NdArray | undefined) => defined(array, 'array');
  const [x, weight] = [need(from('x')), need(from('weight'))];
  const [y, states] = [need(to('y')), need(to('states'))];
  const [cells, previous, kept] = [to('cell'), to('previous'), to('kept')];
  const [bias, lengths] = [from('bias'), from('lengths')];
  const [batch, length, size] = [y.dim(0), y.dim(1), y.dim(2)];
  for (let b = 0; b < batch; b++) {
    for (let turn = 0; turn < length; turn++) {
      const t = attrs.reverse ? length - 1 - turn : turn;
      // States are double-buffered, as on the device.
      const [half, other] = [turn % 2, 1 - (turn % 2)];
      const old = Array.from({ length: size }, (_, k) => states.at(half, b, k));
      const isLive = lengths === undefined || t < lengths.at(b);
      for (let u = 0; u < size; u++) {
        const product = (gate: number): number =>
          old.reduce(
            (total, h, k) => total + h * weight.at(gate * size + u, k),
            bias?.at(gate * size + u) ?? 0,
          );
        const input = (gate: number): number => x.at(b, t, gate * size + u);
        const before = old[u] ?? 0;
        const cellBefore = cells?.at(b, u) ?? 0;
        const unit = unitStep(attrs.cell, input, product, before, cellBefore);
        const after = isLive ? unit.hidden : before;
        states.set(after, other, b, u);
        y.set(after, b, t, u);
        cells?.set(isLive ? unit.cell : cellBefore, b, u);
        previous?.set(before, b, t, u);
        unit.kept.forEach((value, i) => {
          kept?.set(value, b, t, i * size + u);
        });
      }
    }
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(recurrenceOp, recurrenceReference),
  referenceOf(recurrenceGradOp, recurrenceGradReference),
  ...stepReferences,
];
