/**
 * Kinds of models. A kind makes a model from its configuration; an app imports the kinds that it
 * uses, so that its bundle has no other.
 */
import { FormatError, OptionError } from '../core/errors';
import type { Fields } from './fields';
import type { KeyMap } from './keyMap';
import type {
  DenoisingModel,
  LanguageModel,
  MaskedLanguageModel,
  TranslationModel,
  WordVectorModel,
} from './model';

/** The interface of the models of each family. */
export interface Families {
  readonly translation: TranslationModel;
  readonly language: LanguageModel;
  readonly 'masked language': MaskedLanguageModel;
  readonly denoising: DenoisingModel;
  readonly 'word vector': WordVectorModel;
}

/** The task that a model is for. */
export type Family = keyof Families;

/** How a kind reads models that are published in Hugging Face's layout. */
export interface PublishedLayout {
  /** The values of `model_type` in config.json that it reads. */
  readonly modelTypes: readonly string[];
  /**
   * The kind's own configuration, as `create` takes it.
   * @param config the fields of config.json
   * @throws FormatError for a damaged field; OptionError for a value that is not supported, naming
   *   both
   */
  configuration(config: Fields): object;
  /**
   * Of translators into several languages: whether a translation begins with the token of its
   * language, rather than the text that is translated (default false).
   */
  readonly startsWithLanguage?: boolean;
  /** Where the parameters of a model of this configuration are in its files. */
  keys(configuration: object): KeyMap;
}

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
  /** Of kinds whose models are published with a config.json. */
  readonly published?: PublishedLayout;
}

/** The family of a kind; undefined for a kind that is not imported. */
export function familyOf(kinds: readonly ModelKind[], name: string): Family | undefined {
  return kindOf(kinds, name)?.family;
}

function kindOf(kinds: readonly ModelKind[], name: string): ModelKind | undefined {
  return kinds.find(({ names }) => names.includes(name));
}

/**
 * The imported kind of a name.
 * @throws OptionError for a kind that is not imported
 */
function importedKind(kinds: readonly ModelKind[], name: string): ModelKind {
  const found = kindOf(kinds, name);
  if (found !== undefined) return found;
  const imported = kinds.flatMap(({ names }) => names).join(', ');
  throw new OptionError(
    `no imported kind of model is called '${name}'; imported: ${imported || 'none'}; import others ` +
      `from 'qkv/models', and load with { kinds: [...] }`,
  );
}

/**
 * Makes a model of one of the imported kinds.
 * @param config parsed JSON
 * @throws OptionError for a kind of another family, or one that is not imported; FormatError for a
 *   damaged configuration
 */
export function createOfKind<F extends Family>(
  kinds: readonly ModelKind[],
  family: F,
  name: string,
  config: unknown,
): Families[F] {
  const isOfFamily = (kind: ModelKind): kind is ModelKind<F> => kind.family === family;
  const found = importedKind(kinds, name);
  if (!isOfFamily(found)) {
    const names = kinds.filter(isOfFamily).flatMap((kind) => kind.names);
    throw new OptionError(
      `'${name}' is not a ${family} model; imported ones: ${names.join(', ') || 'none'}; load ${name} as ` +
        `a ${found.family} model`,
    );
  }
  if (typeof config !== 'object' || config === null) {
    throw new FormatError(`model: the configuration must be an object, found ${typeof config}`);
  }
  return found.create(name, config);
}
