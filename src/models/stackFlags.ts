/** Command-line options that GPT and BERT share. */
import { choiceFlag, countFlag, DROPOUT, type ModelFlag, switchFlag } from './recipe';

/** Sizes, order of norms, positions and dropout. */
export const STACK_FLAGS: readonly ModelFlag[] = [
  countFlag('--layers', 'layers', ['layers'], 2),
  countFlag('--d-model', 'model size', ['modelSize'], 128),
  countFlag('--heads', 'attention heads', ['heads'], 4),
  countFlag('--ffn', 'feed-forward size', ['feedForward'], 512),
  switchFlag(
    '--post-norm',
    'layer norm after each sublayer, as in the paper; before it otherwise',
    'normFirst',
    false,
  ),
  choiceFlag(
    '--positions',
    'how the order of tokens is known',
    'positions',
    ['learned', 'sinusoidal', 'rotary'],
    'learned',
  ),
  DROPOUT,
];

/** A small configuration. */
export const SMALL_STACK = { modelSize: 32, heads: 4, feedForward: 64, layers: 1 } as const;
