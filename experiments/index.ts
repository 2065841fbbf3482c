/** All experiments, in the order of the road. */
import { alignment } from './alignment';
import { bottleneck } from './bottleneck';
import { context } from './context';
import type { Experiment } from './lib/experiment';
import { reversal } from './reversal';
import { vanishing } from './vanishing';

export const EXPERIMENTS: readonly Experiment[] = [
  vanishing,
  bottleneck,
  reversal,
  alignment,
  context,
];
