/** Beam search has no gradient. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { beamStepOp } from './op';

export const gradients: readonly GradientEntry[] = [gradientOf(beamStepOp, 'none')];
