/**
 * Kinds of models: what makes a model of plain data, which an app hands in so that no other kind is in its
 * bundle. Of kinds that were not handed in only their names are known here.
 */
import { FormatError, OptionError } from '../core/errors';
import type { LanguageModel, TranslationModel } from './model';
import type { WordVectorModel } from './wordVectors';

/** Models by what they do. */
export interface Families {
  readonly translation: TranslationModel;
  readonly language: LanguageModel;
  readonly 'word vector': WordVectorModel;
}

/** What models are for: translation, language or word vectors. */
export type Family = keyof Families;

/** A kind of model, or several that differ in their configuration alone. */
export interface ModelKind<F extends Family = Family> {
  readonly family: F;
  /** What `kind` in model.json may be. */
  readonly names: readonly string[];
  /**
   * The model of a configuration.
   * @param name one of the names  @param config parsed JSON
   * @throws FormatError for a damaged configuration; OptionError for one that cannot work
   */
  create(name: string, config: unknown): Families[F];
}

/** Every kind of this version: the family of each name, and what 'qkv/models' exports for it. */
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

/** What a model of this kind does; undefined for a kind that is neither handed in nor of this version. */
export function familyOf(kinds: readonly ModelKind[], name: string): Family | undefined {
  const handedIn = kinds.find(({ names }) => names.includes(name))?.family;
  return handedIn ?? (Object.hasOwn(KNOWN, name) ? KNOWN[name]?.[0] : undefined);
}

function namesOf(family: Family): readonly string[] {
  return Object.keys(KNOWN).filter((name) => KNOWN[name]?.[0] === family);
}

/** Kinds of translation models that can be made. */
export const modelKinds: readonly string[] = namesOf('translation');

/** Kinds of language models that can be made. */
export const languageModelKinds: readonly string[] = namesOf('language');

/** Kinds of models of word vectors that can be made. */
export const wordVectorKinds: readonly string[] = namesOf('word vector');

/**
 * The model of a kind among those that were handed in.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind, one of another family, or one that was not handed in;
 *   FormatError for a damaged configuration
 */
export function createOfKind<F extends Family>(
  kinds: readonly ModelKind[],
  family: F,
  name: string,
  config: unknown,
): Families[F] {
  const isOwn = (kind: ModelKind): kind is ModelKind<F> => kind.family === family;
  const named = kinds.filter(({ names }) => names.includes(name));
  const found = named.find(isOwn);
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
  handedIn: Family | undefined,
): OptionError {
  const [known, exported] = (Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined) ?? [handedIn];
  const own = new Set([
    ...namesOf(family),
    ...kinds.filter((kind) => kind.family === family).flatMap(({ names }) => names),
  ]);
  if (known === undefined) {
    return new OptionError(`unknown model kind '${name}'; known: ${[...own].join(', ')}`);
  }
  if (known !== family) {
    return new OptionError(`'${name}' is no ${family} model; those are ${[...own].join(', ')}`);
  }
  return new OptionError(
    `the model is of kind '${name}', which was not handed in; add it: ` +
      `import { ${exported} } from 'qkv/models', and load with { kinds: [${exported}] }`,
  );
}
