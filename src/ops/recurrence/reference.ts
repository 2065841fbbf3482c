/** Float64 reference of recurrent layers, one unit at a time. */
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
  const [x, weight] = [from.of('x'), from.of('weight')];
  const [y, states] = [to.of('y'), to.of('states')];
  const [cells, previous, kept] = [to.perhaps('cell'), to.of('previous'), to.of('kept')];
  const [bias, lengths] = [from.perhaps('bias'), from.perhaps('lengths')];
  const [batch, length, size] = [y.dim(0), y.dim(1), y.dim(2)];
  for (let b = 0; b < batch; b++) {
    for (let turn = 0; turn < length; turn++) {
      const t = attrs.reverse ? length - 1 - turn : turn;
      // States are double-buffered, as on the device.
      const [half, other] = [turn % 2, 1 - (turn % 2)];
      const old = Array.from({ length: size }, (_, k) => states.at(half, b, k));
      const isLive = lengths === undefined || t < lengths.at(b);
      for (const [u, before] of old.entries()) {
        const product = (gate: number): number =>
          old.reduce(
            (total, h, k) => total + h * weight.at(gate * size + u, k),
            bias?.at(gate * size + u) ?? 0,
          );
        const input = (gate: number): number => x.at(b, t, gate * size + u);
        const cellBefore = cells?.at(b, u) ?? 0;
        const unit = unitStep(attrs.cell, input, product, before, cellBefore);
        const after = isLive ? unit.hidden : before;
        states.set(after, other, b, u);
        y.set(after, b, t, u);
        cells?.set(isLive ? unit.cell : cellBefore, b, u);
        previous.set(before, b, t, u);
        unit.kept.forEach((value, i) => {
          kept.set(value, b, t, i * size + u);
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
