/**
 * Recipes of kinds of models: how the command-line tools train them. A kind's recipe is a file of
 * its own, which the bundles of apps that only run its models do not have.
 */
import type { ModelKind } from './kind';

/** Values of a configuration's fields, without vocabulary sizes. */
export type ConfigValues = Readonly<Record<string, string | number | boolean>>;

/** How a kind of model is trained. */
export interface ModelRecipe {
  readonly kind: ModelKind;
  /** Which of the kind's names it is for. */
  readonly name: string;
  /** Command-line options that set fields of the configuration. */
  readonly flags: readonly ModelFlag[];
  /** Highest learning rate by default, of Adam. */
  readonly learningRate: number;
  /** Examples of a batch by default. */
  readonly batchSize: number;
  /** Whether the configuration has `maxLength`, set from the corpus's longest sentence. */
  readonly hasMaxLength: boolean;
  /** A small configuration, with which tests and `npm run soak` train it. */
  readonly small: ConfigValues;
}

/** A command-line option that sets one or several fields of a configuration. */
export interface ModelFlag {
  /** As commander writes it: '--d-model <n>'; without a value for a switch. */
  readonly flag: string;
  readonly description: string;
  /** The fields that it sets. */
  readonly fields: readonly string[];
  /** What a value may be: a whole number from `least`, a number in a range, or one of a list. */
  readonly values: FlagValues;
  /** Value of the fields without the option; undefined leaves them out. */
  readonly default?: string | number | boolean;
}

/** What the values of an option are. */
export type FlagValues =
  | { readonly kind: 'count'; readonly least?: number }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** A switch without a value, which sets the fields to this. */
  | { readonly kind: 'switch'; readonly sets: string | boolean };

/** An option whose value is a whole number of at least 1. */
export function countFlag(
  flag: string,
  description: string,
  fields: readonly string[],
  fallback: number,
): ModelFlag {
  return { flag: `${flag} <n>`, description, fields, values: { kind: 'count' }, default: fallback };
}

/** An option whose value is one of a list. */
export function choiceFlag(
  flag: string,
  description: string,
  field: string,
  of: readonly string[],
  fallback?: string,
): ModelFlag {
  const shared = { flag: `${flag} <kind>`, description, fields: [field] };
  const values = { kind: 'choice', of } as const;
  return fallback === undefined ? { ...shared, values } : { ...shared, values, default: fallback };
}

/** A switch, which sets a field to a value and leaves it at the opposite otherwise. */
export function switchFlag(
  flag: string,
  description: string,
  field: string,
  sets = true,
): ModelFlag {
  return { flag, description, fields: [field], values: { kind: 'switch', sets }, default: !sets };
}

/** One matrix for both embeddings and the output projection, of kinds with a field `tied`. */
export function sharedEmbeddings(fallback: 'none' | 'target'): ModelFlag {
  return {
    flag: '--shared-embeddings',
    description: 'one matrix for both embeddings and the output; needs --shared-vocabulary',
    fields: ['tied'],
    values: { kind: 'switch', sets: 'all' },
    default: fallback,
  };
}

/** The dropout rate, which most kinds have. */
export const DROPOUT: ModelFlag = {
  flag: '--dropout <p>',
  description: 'dropout rate',
  fields: ['dropout'],
  values: { kind: 'number', least: 0, most: 0.95 },
  default: 0.1,
};

/** Options of transformer layers. @param feedForward default size of the feed-forward network */
export function layerFlags(feedForward: number): readonly ModelFlag[] {
  return [
    countFlag('--d-model', 'model size', ['modelSize'], 128),
    countFlag('--heads', 'attention heads', ['heads'], 4),
    countFlag('--ffn', 'feed-forward size', ['feedForward'], feedForward),
    switchFlag(
      '--post-norm',
      'layer norm after each sublayer, as in the paper; before it otherwise',
      'normFirst',
      false,
    ),
  ];
}
