/** Command-line options of the kinds of models: their declaration, and the configuration they give. */
import { type Command, Option } from 'commander';
import { OptionError } from 'qkv';
import { allRecipes, type ModelFlag, type ModelRecipe } from 'qkv/models';
import { groupBy } from './kinds';
import { decimal, type Recipe, wholeNumber } from './recipe';

type Values = Readonly<Record<string, unknown>>;

/** Default maximum lengths of sentences. */
const LENGTHS = { word: 32, character: 160 };

/** '--d-model' of '--d-model <n>'. */
const nameOf = ({ flag }: ModelFlag): string => flag.split(' ')[0] ?? flag;

/** The property under which commander stores an option: dModel. */
const propertyOf = (flag: ModelFlag): string => new Option(flag.flag).attributeName();

/**
 * Adds the options of all kinds. An option of several kinds is declared once, and listed with those
 * kinds.
 */
export function addModelFlags(command: Command): void {
  const all = allRecipes.flatMap(({ name, flags }) => flags.map((flag) => ({ name, flag })));
  const byName = [...groupBy(all, ({ flag }) => nameOf(flag)).values()];
  const groups = groupBy(byName, (uses) => uses.map(({ name }) => name).join(', '));
  for (const [names, flags] of groups) {
    command.optionsGroup(`Of ${names}:`);
    for (const uses of flags) command.addOption(optionOf(uses.map(({ flag }) => flag)));
  }
}

/** One option for the flags of the same name of several kinds. */
function optionOf(flags: readonly ModelFlag[]): Option {
  const [first] = flags;
  if (first === undefined) throw new OptionError('an option needs at least one flag');
  const defaults = new Set(flags.map(({ default: value }) => value));
  const shown = [...defaults].filter((value) => typeof value !== 'boolean' && value !== undefined);
  const note = shown.length === 1 ? ` (default: ${shown[0]})` : '';
  const option = new Option(first.flag, first.description + note);
  const { values } = first;
  switch (values.kind) {
    case 'count':
      return option.argParser(wholeNumber(nameOf(first).slice(2), values.least));
    case 'number':
      return option.argParser(decimal(nameOf(first).slice(2), values.least, values.most));
    case 'choice':
      return option.choices([...new Set(flags.flatMap(choicesOf))]);
    case 'switch':
      return option;
  }
}

function choicesOf({ values }: ModelFlag): readonly string[] {
  return values.kind === 'choice' ? values.of : [];
}

/**
 * A model's configuration, without its vocabularies.
 * @param values commander's
 * @throws OptionError for an option of other kinds, or a choice that this kind does not have
 */
export function modelOptions(
  { name, flags, hasMaxLength }: ModelRecipe,
  values: Values,
): Recipe['model'] {
  const own = new Set(flags.map(nameOf));
  for (const flag of allRecipes.flatMap((recipe) => recipe.flags)) {
    if (values[propertyOf(flag)] === undefined || own.has(nameOf(flag))) continue;
    const others = allRecipes.filter((recipe) =>
      recipe.flags.some((one) => one.flag === flag.flag),
    );
    throw new OptionError(
      `${nameOf(flag)} is for ${others.map((recipe) => recipe.name).join(', ')}, not for ${name}`,
    );
  }
  const model: Record<string, string | number | boolean> = {};
  for (const flag of flags) {
    const value = configValue(flag, values[propertyOf(flag)], name);
    if (value === undefined) continue;
    for (const field of flag.fields) model[field] = value;
  }
  if (!hasMaxLength) return model;
  const unit = values.tokens === 'character' ? 'character' : 'word';
  return { ...model, maxLength: Number(values.maxLength ?? LENGTHS[unit]) };
}

function configValue(flag: ModelFlag, given: unknown, kind: string) {
  const { values, default: fallback } = flag;
  if (given === undefined) return fallback;
  if (values.kind === 'switch') return values.sets;
  if (values.kind !== 'choice') return Number(given);
  if (values.of.includes(String(given))) return String(given);
  throw new OptionError(
    `${nameOf(flag)} of ${kind} must be one of ${values.of.join(', ')}, found '${given}'`,
  );
}
