/** The kinds of models by name, without the models themselves: what a file may ask for. */
import { FormatError, OptionError } from '../core/errors';

const KINDS = {
  translation: ['seq2seq', 'bahdanau', 'transformer'],
  language: ['rnn', 'lstm', 'gru'],
  'word vector': ['skipgram', 'cbow'],
} as const;

type Family = keyof typeof KINDS;

export type KindOf<F extends Family> = (typeof KINDS)[F][number];

/** Kinds of translation models that can be made. */
export const modelKinds: readonly string[] = KINDS.translation;

/** Kinds of language models that can be made. */
export const languageModelKinds: readonly string[] = KINDS.language;

/** Kinds of models of word vectors that can be made. */
export const wordVectorKinds: readonly string[] = KINDS['word vector'];

/**
 * The kind, which must be of the family, with a configuration.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a configuration that is no object
 */
export function checkKind<F extends Family>(family: F, kind: string, config: unknown): KindOf<F> {
  const own: readonly KindOf<F>[] = KINDS[family];
  const found = own.find((known) => known === kind);
  if (found === undefined) {
    const elsewhere = Object.values(KINDS).some((kinds) => kinds.some((known) => known === kind));
    throw new OptionError(
      elsewhere
        ? `'${kind}' is no ${family} model; those are ${own.join(', ')}`
        : `unknown model kind '${kind}'; known: ${own.join(', ')}`,
    );
  }
  if (typeof config !== 'object' || config === null) {
    throw new FormatError(`model: the configuration must be an object, found ${typeof config}`);
  }
  return found;
}
