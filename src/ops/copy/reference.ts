/** Float64 reference of a copy. */
import { type ReferenceEntry, referenceOf } from '../../graph/reference';
import { copyOp } from './op';

export const references: readonly ReferenceEntry[] = [
  referenceOf(copyOp, ({ inputs: [x], outputs: [y] }) => {
    y.data.set(x.data);
  }),
];
