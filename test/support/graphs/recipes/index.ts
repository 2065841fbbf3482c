/** All recipes, by the op that each is for. */
import type { Builder } from '../builder';
import { attention } from './attention';
import { elementwise } from './elementwise';
import { indexing } from './indexing';
import { loops } from './loops';
import { movement } from './movement';
import { products } from './products';
import { recurrent } from './recurrent';
import { reductions } from './reductions';
import { updates } from './updates';

/** Adds what it draws to the graph; throws Unfit when nothing there fits. */
export type Recipe = (builder: Builder) => unknown;
export type Recipes = Readonly<Record<string, Recipe>>;

/** Ops that only gradient rules apply: drawn by the gradients of graphs. */
export const GRADIENT_OPS = [
  'attendBackward',
  'attentionGrad',
  'crossEntropyGrad',
  'embeddingGrad',
  'normGradParameters',
  'normGradX',
  'recurrenceBackward',
  'recurrenceStepBackward',
  'scoresBackward',
];

export const recipes: Recipes = {
  ...elementwise,
  ...movement,
  ...indexing,
  ...reductions,
  ...products,
  ...attention,
  ...recurrent,
  ...updates,
};

export { loops };
