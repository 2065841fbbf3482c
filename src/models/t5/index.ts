/** T5 (Raffel et al. 2020): from text to text, with relative positions. */
export type { T5Config, T5Options, T5Tied } from './config';
export type { T5Activation } from './feedForward';
export { t5 } from './kind';
export { t5Model } from './model';
export { t5Recipe } from './recipe';
