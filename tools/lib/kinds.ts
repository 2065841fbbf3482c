/** The kinds of models that the tools train: those that have a recipe. */
import { OptionError } from 'qkv';
import { allRecipes, type ModelRecipe } from 'qkv/models';

/** The recipe of a kind. @throws OptionError for an unknown name */
export function recipeNamed(name: string): ModelRecipe {
  const found = allRecipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const names = allRecipes.map((recipe) => recipe.name).join(', ');
  throw new OptionError(`--model must be one of ${names}, found '${name}'`);
}

/** The names of the kinds of each family, for `--help`: 'language: rnn, lstm, gru; ...'. */
export function describeKinds(): string {
  return [...groupBy(allRecipes, ({ kind }) => kind.family)]
    .map(([family, recipes]) => `${family}: ${recipes.map(({ name }) => name).join(', ')}`)
    .join('; ');
}

/** A default of each recipe, for `--help`: '0.002 for rnn, transformer; 0.02 for cbow, skipgram'. */
export function describeDefaults(value: (recipe: ModelRecipe) => number): string {
  return [...groupBy(allRecipes, value)]
    .map(([shared, recipes]) => `${shared} for ${recipes.map(({ name }) => name).join(', ')}`)
    .join('; ');
}

/** Items by key, in the order in which keys first occur. */
export function groupBy<T, K>(
  items: readonly T[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), [...group, item]);
  }
  return groups;
}
