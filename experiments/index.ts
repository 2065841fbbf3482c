/** All experiments, in historical order of their subjects. */
import { alignment } from './alignment';
import { bottleneck } from './bottleneck';
import { context } from './context';
import { contextPca } from './contextPca';
import { heads } from './heads';
import type { Experiment } from './lib/experiment';
import { nextWord } from './nextWord';
import { parallel } from './parallel';
import { pretraining } from './pretraining';
import { reversal } from './reversal';
import { vanishing } from './vanishing';

export const EXPERIMENTS: readonly Experiment[] = [
  vanishing,
  bottleneck,
  reversal,
  contextPca,
  alignment,
  parallel,
  context,
  heads,
  pretraining,
  nextWord,
];
