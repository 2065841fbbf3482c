/** Gradient of a copy. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { copyOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(copyOp, { linear: () => true, rule: ({ gradients: given }) => given }),
];
