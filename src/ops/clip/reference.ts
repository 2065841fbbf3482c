/** Float64 reference of clipping. */
import { type ReferenceEntry, referenceOf } from '../../graph/reference';
import { clipOp } from './op';

export const references: readonly ReferenceEntry[] = [
  referenceOf(clipOp, ({ attrs: { min, max }, inputs: [x], outputs: [y] }) => {
    x.data.forEach((value, i) => {
      let clipped = value;
      if (min !== undefined && clipped < min) clipped = min;
      if (max !== undefined && clipped > max) clipped = max;
      y.data[i] = clipped;
    });
  }),
];
