/** Float64 references of a single step of a recurrent cell and of its gradient. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import { named } from './attrs';
import { unitGrad } from './gradReference';
import { recurrenceStepOp, type StepAttrs, stepInputs, stepOutputs } from './step';
import {
  recurrenceStepGradOp,
  type StepGradAttrs,
  stepGradInputs,
  stepGradOutputs,
} from './stepGrad';
import { unitStep } from './units';

function stepReference({ attrs, inputs, outputs }: ReferenceCall<StepAttrs>): void {
  const read = named(stepInputs(attrs), inputs);
  const write = named(stepOutputs(attrs), outputs);
  const [x, weight, before, after] = [read('x'), read('weight'), read('hidden'), write('hidden')];
  if (!x || !weight || !before || !after) return;
  const [cell, bias] = [read('cell'), read('bias')];
  const [batch, size] = [after.dim(0), after.dim(1)];
  for (let b = 0; b < batch; b++) {
    for (let u = 0; u < size; u++) {
      const product = (gate: number): number => {
        let total = bias?.at(gate * size + u) ?? 0;
        for (let k = 0; k < size; k++) total += before.at(b, k) * weight.at(gate * size + u, k);
        return total;
      };
      const own = (gate: number): number => x.at(b, gate * size + u);
      const unit = unitStep(attrs.cell, own, product, before.at(b, u), cell?.at(b, u) ?? 0);
      after.set(unit.hidden, b, u);
      write('cell')?.set(unit.cell, b, u);
      unit.kept.forEach((value, i) => {
        write('kept')?.set(value, b, i * size + u);
      });
    }
  }
}

function stepGradReference({ attrs, inputs, outputs }: ReferenceCall<StepGradAttrs>): void {
  const read = named(stepGradInputs(attrs), inputs);
  const write = named(stepGradOutputs(attrs), outputs);
  const [dhidden, kept, dproducts] = [read('dhidden'), read('kept'), write('dproducts')];
  if (!dhidden || !kept || !dproducts) return;
  const [batch, size] = [dhidden.dim(0), dhidden.dim(1)];
  for (let b = 0; b < batch; b++) {
    for (let u = 0; u < size; u++) {
      const own = Array.from({ length: kept.dim(1) / size }, (_, i) => kept.at(b, i * size + u));
      const grad = unitGrad(attrs.cell, own, dhidden.at(b, u), read('dcell')?.at(b, u) ?? 0);
      grad.products.forEach((value, gate) => {
        dproducts.set(value, b, gate * size + u);
      });
      grad.inputs.forEach((value, gate) => {
        write('dx')?.set(value, b, gate * size + u);
      });
      write('direct')?.set(grad.direct, b, u);
      write('dcell')?.set(grad.cell, b, u);
    }
  }
}

export const stepReferences: readonly ReferenceEntry[] = [
  referenceOf(recurrenceStepOp, stepReference),
  referenceOf(recurrenceStepGradOp, stepGradReference),
];
