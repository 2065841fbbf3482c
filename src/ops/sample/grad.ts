/** Gradient of added noise. A nucleus has none. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { gumbelOp, nucleusOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(gumbelOp, { rule: ({ gradients: [dy] }) => [dy, undefined] }),
  gradientOf(nucleusOp, 'none'),
];
