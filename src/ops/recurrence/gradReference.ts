/** Float64 reference of backpropagation through time. */
import { defined } from '../../core/errors';
import type { ReferenceCall } from '../../graph/reference';
import { gradInputNames, gradOutputNames, named, type RecurrenceGradAttrs } from './attrs';

/** Gradients of a unit's products, and of the state and cell before the step. */
export interface UnitGrad {
  /** For the products of the state, by gate. */
  readonly products: readonly number[];
  /** For the products of the input, where they differ. */
  readonly inputs: readonly number[];
  readonly direct: number;
  readonly cell: number;
}

export function unitGrad(
  cell: RecurrenceGradAttrs['cell'],
  kept: readonly number[],
  dh: number,
  dcAfter: number,
): UnitGrad {
  const at = (i: number) => defined(kept[i], 'kept value');
  switch (cell) {
    case 'lstm': {
      // The saved values are i, f, g, o and the cell state before the step.
      const [a, b, c, d, e] = [at(0), at(1), at(2), at(3), at(4)];
      const squashed = Math.tanh(b * e + a * c);
      const dc = dcAfter + dh * d * (1 - squashed ** 2);
      const products = [
        dc * c * a * (1 - a),
        dc * e * b * (1 - b),
        dc * a * (1 - c ** 2),
        dh * squashed * d * (1 - d),
      ];
      return { products, inputs: products, direct: 0, cell: dc * b };
    }
    case 'gru': {
      // The saved values are r, z, n, the product of the state for n, and the state before the step.
      const [a, b, c, d, e] = [at(0), at(1), at(2), at(3), at(4)];
      const dn = dh * (1 - b) * (1 - c ** 2);
      const dr = dn * d * a * (1 - a);
      const dz = dh * (e - c) * b * (1 - b);
      return { products: [dr, dz, dn * a], inputs: [dr, dz, dn], direct: dh * b, cell: 0 };
    }
    case 'tanh':
      return { products: [dh * (1 - at(0) ** 2)], inputs: [], direct: 0, cell: 0 };
    case 'relu':
      return { products: [at(0) > 0 ? dh : 0], inputs: [], direct: 0, cell: 0 };
    default:
      return cell satisfies never;
  }
}

export function recurrenceGradReference(call: ReferenceCall<RecurrenceGradAttrs>): void {
  const { attrs } = call;
  const from = named(gradInputNames(attrs), call.inputs);
  const to = named(gradOutputNames(attrs), call.outputs);
  const [dy, kept, weight] = [from.of('dy'), from.of('kept'), from.of('weight')];
  const [dproducts, direct] = [to.of('dproducts'), to.of('direct')];
  const [dcell, dx, lengths] = [to.perhaps('dcell'), to.perhaps('dx'), from.perhaps('lengths')];
  const [batch, length, size] = [dy.dim(0), dy.dim(1), dy.dim(2)];
  const [wide, values] = [dproducts.dim(2), kept.dim(2) / size];
  for (let b = 0; b < batch; b++) {
    for (let turn = 0; turn < length; turn++) {
      const t = attrs.reverse ? turn : length - 1 - turn;
      const later = attrs.reverse ? t - 1 : t + 1;
      const isLive = lengths === undefined || t < lengths.at(b);
      for (let u = 0; u < size; u++) {
        let dh = dy.at(b, t, u) + direct.at(b, u);
        for (let k = 0; turn > 0 && k < wide; k++) {
          dh += dproducts.at(b, later, k) * weight.at(k, u);
        }
        if (!isLive) {
          direct.set(dh, b, u);
          continue;
        }
        const own = Array.from({ length: values }, (_, i) => kept.at(b, t, i * size + u));
        const grad = unitGrad(attrs.cell, own, dh, dcell?.at(b, u) ?? 0);
        grad.products.forEach((value, gate) => {
          dproducts.set(value, b, t, gate * size + u);
        });
        grad.inputs.forEach((value, gate) => {
          dx?.set(value, b, t, gate * size + u);
        });
        direct.set(grad.direct, b, u);
        dcell?.set(grad.cell, b, u);
      }
    }
  }
}
