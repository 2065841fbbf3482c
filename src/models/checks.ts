/** Checks that several kinds make of their configurations. */
import { OptionError } from '../core/errors';

/** Checks that sizes are positive integers. @throws OptionError naming the first that is not */
export function checkSizes<C extends object>(
  kind: string,
  config: C,
  names: readonly (keyof C & string)[],
) {
  for (const name of names) {
    const value = config[name];
    if (!(typeof value === 'number' && Number.isInteger(value) && value >= 1)) {
      throw new OptionError(`${kind}: ${name} must be a positive integer, found ${value}`);
    }
  }
}

/** Checks that the mask is one of the ids. @throws OptionError */
export function checkMask(
  kind: string,
  { vocabulary, maskId }: { readonly vocabulary: number; readonly maskId: number },
): void {
  if (Number.isInteger(maskId) && maskId >= 0 && maskId < vocabulary) return;
  throw new OptionError(
    `${kind}: maskId must be an id of the vocabulary, 0 to ${vocabulary - 1}, found ${maskId}`,
  );
}

/** What can share a matrix, for reading configurations. */
export const TIED = ['none', 'target', 'all'] as const;

/**
 * Which share a matrix (Press and Wolf 2017): output projection and target embedding ('target'),
 * both embeddings, too ('all'), or none.
 */
export type Tied = (typeof TIED)[number];

/** Checks that embeddings that share a matrix have one vocabulary. @throws OptionError */
export function checkTied(
  kind: string,
  {
    tied,
    sourceVocabulary,
    targetVocabulary,
  }: {
    readonly tied: Tied;
    readonly sourceVocabulary: number;
    readonly targetVocabulary: number;
  },
): void {
  if (tied !== 'all' || sourceVocabulary === targetVocabulary) return;
  throw new OptionError(
    `${kind}: tied 'all' needs one vocabulary, found ${sourceVocabulary} and ${targetVocabulary} ids`,
  );
}
