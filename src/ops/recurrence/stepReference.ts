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
  const [x, weight, before] = [read.of('x'), read.of('weight'), read.of('hidden')];
  const [after, nextCell, kept] = [write.of('hidden'), write.perhaps('cell'), write.of('kept')];
  const [cell, bias] = [read.perhaps('cell'), read.perhaps('bias')];
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
      nextCell?.set(unit.cell, b, u);
      unit.kept.forEach((value, i) => {
        kept.set(value, b, i * size + u);
      });
    }
  }
}

function stepGradReference({ attrs, inputs, outputs }: ReferenceCall<StepGradAttrs>): void {
  const read = named(stepGradInputs(attrs), inputs);
  const write = named(stepGradOutputs(attrs), outputs);
  const [dhidden, kept, dcell] = [read.of('dhidden'), read.of('kept'), read.perhaps('dcell')];
  const dproducts = write.of('dproducts');
  const [dx, direct, dcellBefore] = [
    write.perhaps('dx'),
    write.perhaps('direct'),
    write.perhaps('dcell'),
  ];
  const [batch, size] = [dhidden.dim(0), dhidden.dim(1)];
  for (let b = 0; b < batch; b++) {
    for (let u = 0; u < size; u++) {
      const own = Array.from({ length: kept.dim(1) / size }, (_, i) => kept.at(b, i * size + u));
      const grad = unitGrad(attrs.cell, own, dhidden.at(b, u), dcell?.at(b, u) ?? 0);
      grad.products.forEach((value, gate) => {
        dproducts.set(value, b, gate * size + u);
      });
      grad.inputs.forEach((value, gate) => {
        dx?.set(value, b, gate * size + u);
      });
      direct?.set(grad.direct, b, u);
      dcellBefore?.set(grad.cell, b, u);
    }
  }
}

export const stepReferences: readonly ReferenceEntry[] = [
  referenceOf(recurrenceStepOp, stepReference),
  referenceOf(recurrenceStepGradOp, stepGradReference),
];
