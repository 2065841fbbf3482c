/** Command-line options that GPT and BERT share. */
import { choiceFlag, countFlag, DROPOUT, layerFlags, type ModelFlag } from './recipe';

/** Sizes, order of norms, positions and dropout. */
export const STACK_FLAGS: readonly ModelFlag[] = [
  countFlag('--layers', 'layers', ['layers'], 2),
  ...layerFlags(512),
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
