/**
 * Kinds of models. A kind makes a model from its configuration; an app imports the kinds that it
 * uses, so that its bundle has no other. The names of all kinds are listed here for error messages.
 */
import { FormatError, OptionError } from '../core/errors';
import type { LanguageModel, TranslationModel } from './model';
import type { WordVectorModel } from './wordVectors';

/** The interface of the models of each family. */
export interface Families {
  readonly translation: TranslationModel;
  readonly language: LanguageModel;
  readonly 'word vector': WordVectorModel;
}

/** The task that a model is for: translation, language modelling or word vectors. */
export type Family = keyof Families;

/** A kind of model, or several kinds that differ in their configuration only. */
export interface ModelKind<F extends Family = Family> {
  readonly family: F;
  /** The values of `kind` in model.json that it handles. */
  readonly names: readonly string[];
  /**
   * Makes a model from its configuration.
   * @param name one of the names  @param config parsed JSON
   * @throws FormatError for a damaged configuration; OptionError for one that cannot work
   */
  create(name: string, config: unknown): Families[F];
}

/** All kinds of this version: the family of each name, and its export in 'qkv/models'. */
const KNOWN: Readonly<Record<string, readonly [family: Family, exported: string]>> = {
  seq2seq: ['translation', 'seq2seq'],
  bahdanau: ['translation', 'bahdanau'],
  transformer: ['translation', 'transformer'],
  rnn: ['language', 'recurrentLanguage'],
  lstm: ['language', 'recurrentLanguage'],
  gru: ['language', 'recurrentLanguage'],
  skipgram: ['word vector', 'word2vec'],
  cbow: ['word vector', 'word2vec'],
};

/** The family of a kind; undefined for a kind that is neither imported nor part of this version. */
export function familyOf(kinds: readonly ModelKind[], name: string): Family | undefined {
  const imported = kinds.find(({ names }) => names.includes(name))?.family;
  return imported ?? (Object.hasOwn(KNOWN, name) ? KNOWN[name]?.[0] : undefined);
}

function namesOf(family: Family): readonly string[] {
  return Object.keys(KNOWN).filter((name) => KNOWN[name]?.[0] === family);
}

/** Names of all kinds of translation models. */
export const modelKinds: readonly string[] = namesOf('translation');

/** Names of all kinds of language models. */
export const languageModelKinds: readonly string[] = namesOf('language');

/** Names of all kinds of word vector models. */
export const wordVectorKinds: readonly string[] = namesOf('word vector');

/**
 * Makes a model of one of the imported kinds.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind, a kind of another family, or one whose import is
 *   missing; FormatError for a damaged configuration
 */
export function createOfKind<F extends Family>(
  kinds: readonly ModelKind[],
  family: F,
  name: string,
  config: unknown,
): Families[F] {
  const isOfFamily = (kind: ModelKind): kind is ModelKind<F> => kind.family === family;
  const named = kinds.filter(({ names }) => names.includes(name));
  const found = named.find(isOfFamily);
  if (found === undefined) throw missing(kinds, family, name, named[0]?.family);
  if (typeof config !== 'object' || config === null) {
    throw new FormatError(`model: the configuration must be an object, found ${typeof config}`);
  }
  return found.create(name, config);
}

function missing(
  kinds: readonly ModelKind[],
  family: Family,
  name: string,
  imported: Family | undefined,
): OptionError {
  const [known, exported] = (Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined) ?? [imported];
  const available = new Set([
    ...namesOf(family),
    ...kinds.filter((kind) => kind.family === family).flatMap(({ names }) => names),
  ]);
  if (known === undefined) {
    return new OptionError(`unknown model kind '${name}'; known: ${[...available].join(', ')}`);
  }
  if (known !== family) {
    return new OptionError(
      `'${name}' is not a ${family} model; those are ${[...available].join(', ')}`,
    );
  }
  return new OptionError(
    `the model is of kind '${name}': import { ${exported} } from 'qkv/models', and load with ` +
      `{ kinds: [${exported}] }`,
  );
}
