/** All kinds of models and their recipes, for tools; apps import the kinds that they use. */
import { createOfKind, type Families, type Family, type ModelKind } from './kind';
import type { ModelRecipe } from './recipe';
import * as registry from './registry';

/** Every kind of the registry. */
export const allKinds: readonly ModelKind[] = kindsAmong(registry);

/** Every recipe of the registry. */
export const allRecipes: readonly ModelRecipe[] = recipesAmong(registry);

function kindsAmong(exported: object): readonly ModelKind[] {
  return Object.values(exported).filter(isKind);
}

function recipesAmong(exported: object): readonly ModelRecipe[] {
  return Object.values(exported).filter(isRecipe);
}

function isKind(value: unknown): value is ModelKind {
  return typeof value === 'object' && value !== null && 'family' in value && 'create' in value;
}

function isRecipe(value: unknown): value is ModelRecipe {
  return typeof value === 'object' && value !== null && 'kind' in value && 'flags' in value;
}

/**
 * Makes a model of any kind of a family.
 * @param name the kind: 'transformer'  @param config parsed JSON
 * @throws OptionError for an unknown kind or one of another family; FormatError for a damaged
 *   configuration
 */
export function createModel<F extends Family>(
  family: F,
  name: string,
  config: unknown,
): Families[F] {
  return createOfKind(allKinds, family, name, config);
}
