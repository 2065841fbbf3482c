/**
 * Makes a translation model whose kind is only known at run time. The transformer's code is at hand, since
 * most models are one: as a file of its own it would take 1.5 kB and a round trip more. That of other
 * kinds, and their kernels, is loaded when it is needed. One line a kind.
 */
import { checkKind, type KindOf } from './kinds';
import type { TranslationModel } from './model';
import { transformerFromJson } from './transformerModel';

type Factory = (config: unknown) => TranslationModel;

const factories: Readonly<Record<KindOf<'translation'>, () => Promise<Factory>>> = {
  seq2seq: async () => (await import('./seq2seq')).seq2seqFromJson,
  bahdanau: async () => (await import('./bahdanau')).bahdanauFromJson,
  transformer: async () => transformerFromJson,
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
