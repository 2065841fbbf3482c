/**
 * Makes a translation model whose kind is only known at run time, from code that is loaded when it is
 * needed: an app fetches the kernels of the kinds that it uses. One line a kind.
 */
import { checkKind, type KindOf } from './kinds';
import type { TranslationModel } from './model';

type Factory = (config: unknown) => TranslationModel;

const factories: Readonly<Record<KindOf<'translation'>, () => Promise<Factory>>> = {
  seq2seq: async () => (await import('./seq2seq')).seq2seqFromJson,
  bahdanau: async () => (await import('./bahdanau')).bahdanauFromJson,
  transformer: async () => (await import('./transformerModel')).transformerFromJson,
};

/**
 * The translation model of a kind, as `createModel` makes it.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export async function loadModel(kind: string, config: unknown): Promise<TranslationModel> {
  const factory = await factories[checkKind('translation', kind, config)]();
  return factory(config);
}
