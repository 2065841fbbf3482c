/** The kinds of models that the page trains, with the fields of their forms. */
import { allRecipes, type ConfigValues, type ModelFlag, type ModelRecipe } from 'qkv/models';
import type { Field, KindInfo, RunRecipe, Value } from '../recipe';
import { languageStudy } from './language';
import { maskedStudy } from './masked';
import type { Study } from './study';
import { translationStudy } from './translation';
import { vectorStudy } from './vectors';

/** In historical order. */
const NAMES = [
  ...['skipgram', 'rnn', 'lstm', 'gru', 'seq2seq'],
  ...['bahdanau', 'transformer', 'gpt', 'bert'],
];

/** Where few examples call for other values than those of the kind's small configuration. */
const TINY: Readonly<Record<string, Value>> = { dropout: 0, window: 2, subsample: 0.01 };

/** The kinds that can be trained here. */
export function kinds(): readonly KindInfo[] {
  return NAMES.flatMap((name) => {
    const recipe = allRecipes.find((one) => one.name === name);
    return recipe === undefined ? [] : kindInfo(recipe);
  });
}

function kindInfo(recipe: ModelRecipe): KindInfo | [] {
  const { family } = recipe.kind;
  if (family === 'denoising') return [];
  const isVectors = family === 'word vector';
  const own = recipe.flags.filter(isOffered).map((flag) => modelField(flag, recipe));
  const count = (name: string, usual: number, least = 1): Field => ({
    ...{ name, group: 'training', config: [] },
    values: { kind: 'count', least },
    default: usual,
  });
  const number = (name: string, usual: number, least: number, most: number): Field => ({
    ...{ name, group: 'training', config: [] },
    values: { kind: 'number', least, most },
    default: usual,
  });
  const choice = (name: string, of: readonly string[], usual: string): Field => ({
    ...{ name, group: 'training', config: [] },
    values: { kind: 'choice', of },
    default: usual,
  });
  const isPaired = family === 'translation';
  const fields: readonly Field[] = [
    { ...count('pairs', 4000), group: 'corpus' },
    ...(isPaired
      ? []
      : [{ ...choice('side', ['source', 'target'], 'source'), group: 'corpus' } as const]),
    ...own,
    ...(recipe.hasMaxLength
      ? [{ ...count('max-length', 24, 4), group: 'model', config: ['maxLength'] } as const]
      : []),
    choice('optimizer', ['adam', 'adamw', 'sgd', 'rmsprop', 'adagrad'], 'adam'),
    number('lr', isVectors ? recipe.learningRate : 0.01, 0, 10),
    choice('schedule', ['warmup', 'constant', 'cosine', 'linear', 'noam'], 'warmup'),
    count('warmup', 40, 0),
    count('batch', isVectors ? 256 : 32),
    count('steps', 400),
    count('eval-every', 50),
    number('clip', 1, 0, 1e9),
    ...(isVectors ? [] : [number('label-smoothing', 0, 0, 0.95)]),
    count('seed', 1, 0),
  ];
  const usual = Object.fromEntries(
    recipe.flags.filter(isOffered).map((flag) => [nameOf(flag), usualValue(flag)]),
  );
  const large = {
    ...usual,
    lr: recipe.learningRate,
    batch: recipe.batchSize,
    warmup: 400,
    ...(isPaired ? { 'label-smoothing': 0.1 } : {}),
  };
  return {
    name: recipe.name,
    family,
    fields,
    presets: {
      tiny: {},
      minute: { ...large, pairs: 20_000, steps: 1500, 'eval-every': 150 },
      full: { ...large, pairs: 100_000, steps: 6000, 'eval-every': 500 },
    },
  };
}

/** One matrix for both languages is left out: they have a vocabulary each. */
const isOffered = ({ values }: ModelFlag) => values.kind !== 'switch' || values.sets !== 'all';

/** 'd-model' of '--d-model <n>'. */
const nameOf = ({ flag }: ModelFlag): string => flag.split(' ', 1).join().slice(2);

/** The value without the option: a switch is off. */
function usualValue({ values, default: usual }: ModelFlag): Value {
  if (values.kind === 'switch') return false;
  return usual ?? (values.kind === 'choice' ? (values.of[0] ?? '') : 0);
}

/** A field of the form: its default is that of the kind's small configuration. */
function modelField(flag: ModelFlag, { small }: ModelRecipe): Field {
  const [first = ''] = flag.fields;
  const usual = usualValue(flag);
  const value = TINY[first] ?? small[first] ?? usual;
  return {
    name: nameOf(flag),
    group: 'model',
    values: flag.values,
    default: flag.values.kind === 'switch' ? usual : value,
    config: flag.fields,
  };
}

/** The configuration of a recipe's model, without vocabularies. */
function configOf({ kind, values }: RunRecipe): ConfigValues {
  const recipe = allRecipes.find(({ name }) => name === kind);
  const config: Record<string, Value> = {};
  for (const flag of recipe?.flags ?? []) {
    const given = isOffered(flag) ? values[nameOf(flag)] : undefined;
    const isSet = flag.values.kind === 'switch' && given === true;
    const value = isSet ? switchedTo(flag) : flag.values.kind === 'switch' ? flag.default : given;
    if (value === undefined) continue;
    for (const field of flag.fields) config[field] = value;
  }
  return recipe?.hasMaxLength === true
    ? { ...config, maxLength: Number(values['max-length']) }
    : config;
}

function switchedTo({ values }: ModelFlag): Value | undefined {
  return values.kind === 'switch' ? values.sets : undefined;
}

/**
 * Makes what a recipe is trained with, and calls a function with it.
 * @throws OptionError, FormatError, InputError
 */
export function withStudy<R>(recipe: RunRecipe, use: <B>(study: Study<B>) => R): R {
  const config = configOf(recipe);
  const family = allRecipes.find(({ name }) => name === recipe.kind)?.kind.family;
  switch (family) {
    case 'language':
      return use(languageStudy(recipe, config));
    case 'masked language':
      return use(maskedStudy(recipe, config));
    case 'word vector':
      return use(vectorStudy(recipe, config));
    default:
      return use(translationStudy(recipe, config));
  }
}
