/** What defines a run, as plain data: it is in the link, and in the run's checkpoint. */
import type { FlagValues } from 'qkv/models';

export type Value = string | number | boolean;

/** A run. */
export interface RunRecipe {
  /** Name of the kind of model: 'transformer', 'lstm', ... */
  readonly kind: string;
  /** The visitor's own lines; empty for the grammar. */
  readonly text: string;
  /** Values of the kind's fields by their names. */
  readonly values: Readonly<Record<string, Value>>;
}

/** What a field is about. */
export type FieldGroup = 'corpus' | 'model' | 'training';

/** A value that a visitor sets. */
export interface Field {
  /** Its name in links: that of the option of `npm run train`. */
  readonly name: string;
  readonly group: FieldGroup;
  readonly values: FlagValues;
  readonly default: Value;
  /** The fields of the model's configuration that it sets. */
  readonly config: readonly string[];
}

/** A kind of model that can be trained. */
export interface KindInfo {
  readonly name: string;
  readonly family: 'translation' | 'language' | 'masked language' | 'word vector';
  readonly fields: readonly Field[];
  /** Values that differ from the defaults. */
  readonly presets: Readonly<Record<Preset, Readonly<Record<string, Value>>>>;
}

/** Sizes to begin with; the first has the defaults. */
export const PRESETS = ['tiny', 'minute', 'full'] as const;
export type Preset = (typeof PRESETS)[number];

/** The kind that the view begins with. */
export const FIRST_KIND = 'transformer';

/** The defaults of a kind. */
export function defaultsOf({ fields }: KindInfo): Readonly<Record<string, Value>> {
  return Object.fromEntries(fields.map(({ name, default: value }) => [name, value]));
}

/** What is wrong with a value, as the name of a rule; undefined if nothing is. */
export function faultOf({ values }: Field, value: Value): 'whole' | 'range' | 'choice' | undefined {
  switch (values.kind) {
    case 'count': {
      const isWhole = Number.isInteger(value) && Number(value) >= (values.least ?? 1);
      return isWhole ? undefined : 'whole';
    }
    case 'number': {
      const number = Number(value);
      return number >= values.least && number <= values.most ? undefined : 'range';
    }
    case 'choice':
      return values.of.includes(String(value)) ? undefined : 'choice';
    case 'switch':
      return typeof value === 'boolean' ? undefined : 'choice';
  }
}

/** The values of an address; what is missing or damaged has its default. */
export function readValues(
  kind: KindInfo,
  query: URLSearchParams,
): Readonly<Record<string, Value>> {
  const read = (field: Field): Value => {
    const text = query.get(field.name);
    if (text === null || text.trim() === '') return field.default;
    const value = typed(field, text);
    return faultOf(field, value) === undefined ? value : field.default;
  };
  return Object.fromEntries(kind.fields.map((field) => [field.name, read(field)]));
}

/** The values as an address has them, without defaults. */
export function writeValues(
  kind: KindInfo,
  values: Readonly<Record<string, Value>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    kind.fields.map(({ name, default: usual }) => {
      const value = values[name] ?? usual;
      return [name, value === usual ? undefined : String(value)];
    }),
  );
}

/** A field's value from text. */
function typed({ values }: Field, text: string): Value {
  if (values.kind === 'switch') return text === 'true';
  return values.kind === 'choice' ? text : Number(text);
}

/** A number of a recipe. */
export function numberOf({ values }: RunRecipe, name: string): number {
  return Number(values[name] ?? Number.NaN);
}
