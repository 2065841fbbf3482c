/** Float64 reference of layer norm and RMS norm. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { NormAttrs } from './attrs';
import { normGradParametersOp, normGradXOp } from './grad';
import { normGradParametersReference, normGradXReference } from './gradReference';
import { normOp } from './op';

function normReference({ attrs, inputs, outputs }: ReferenceCall<NormAttrs, [1, 3], 2>): void {
  const [x] = inputs;
  const [y, stats] = outputs;
  const weight = attrs.weight ? inputs[1] : undefined;
  const bias = attrs.bias ? inputs.at(-1) : undefined;
  const size = x.dim(-1);
  for (let start = 0, row = 0; start < x.size; start += size, row++) {
    const values = x.data.subarray(start, start + size);
    const mean = attrs.center ? values.reduce((a, b) => a + b, 0) / size : 0;
    const variance = values.reduce((total, v) => total + (v - mean) ** 2, 0) / size;
    const deviation = Math.sqrt(variance + attrs.epsilon);
    values.forEach((value, c) => {
      const scaled = ((value - mean) / deviation) * (weight?.flat(c) ?? 1);
      y.data[start + c] = scaled + (bias?.flat(c) ?? 0);
    });
    stats.data[2 * row] = attrs.center ? mean - x.flat(start) : 0;
    stats.data[2 * row + 1] = 1 / deviation;
  }
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(normOp, normReference),
  referenceOf(normGradXOp, normGradXReference),
  referenceOf(normGradParametersOp, normGradParametersReference),
];
