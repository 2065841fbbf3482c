/** What translators and writers share: text's tokens as ids, checked, and decoding one sequence. */
import { checkOptions, InputError } from '../core/errors';
import type { Decoding } from '../generate/decoder';
import type { Hypothesis } from '../generate/hypotheses';
import { type Codec, checkOneOf } from '../text';
import type { ModelOnDevice } from './loadModel';
import { UNKNOWN_POLICIES, type UnknownPolicy } from './modelText';
import { GAP } from './shownTokens';

/** Options of one translation or continuation. */
export interface GenerationOptions {
  /** Stops decoding; the call then fails with an AbortedError. */
  readonly signal?: AbortSignal;
  /** How tokens are chosen. The first use of another method or size compiles its plans. */
  readonly decoding?: Decoding;
  /** Random seed for sampling (default 0). */
  readonly seed?: number;
  /**
   * Called with each token as soon as it is final, or with a whole character where it is in several
   * tokens. A beam search may revise its tokens until it ends, so that it reports all of them then.
   */
  readonly onToken?: (token: string) => void;
  /** What becomes of words outside the vocabulary (default: the model's policy). */
  readonly unknown?: UnknownPolicy;
}

/** @throws OptionError for an unknown option or policy */
export function checkGenerationOptions(where: string, options: GenerationOptions): void {
  checkOptions(where, options, ['signal', 'decoding', 'seed', 'onToken', 'unknown']);
  checkOneOf(where, 'unknown', options.unknown ?? 'unk', UNKNOWN_POLICIES);
}

/**
 * Ids of a text's tokens, without bos and eos.
 * @throws InputError for unknown words where the model treats those as errors, naming all of them,
 *   and for more ids than the model takes
 */
export function encodeTokens(
  where: string,
  tokens: readonly string[],
  codec: Codec,
  options: { readonly unknown: UnknownPolicy; readonly maxTokens: number },
): readonly number[] {
  const { unknown, maxTokens } = options;
  const isError = unknown === 'error';
  const missing = isError ? tokens.filter((token) => codec.id(token) === undefined) : [];
  if (missing.length > 0) {
    const words = [...new Set(missing)];
    throw new InputError(
      `${where}: the model does not know ${words.map((word) => `'${word}'`).join(', ')}; use words of ` +
        `its vocabulary, which has ${codec.size}, or pass unknown: 'copy'`,
      { words },
    );
  }
  const ids = codec.encode(tokens, { unknown: isError ? 'error' : 'unk' });
  if (ids.length <= maxTokens) return ids;
  throw new InputError(
    `${where}: the text has ${ids.length} tokens, this model takes at most ${maxTokens}; shorten or ` +
      'split it',
  );
}

/**
 * Decodes one sequence.
 * @param ids a source that ends with eos, or a prompt that begins with bos
 * @param target turns ids into text for `onToken`
 * @returns hypotheses, the best first
 */
export async function generate(
  model: ModelOnDevice,
  ids: readonly number[],
  decoding: Decoding,
  target: Codec,
  { signal, seed, onToken }: GenerationOptions,
): Promise<readonly Hypothesis[]> {
  if (onToken === undefined) return model.decode(ids, decoding, { signal, seed });
  const next = target.stream();
  const report = (id?: number) => {
    const piece = id !== undefined && id === target.unk ? GAP : next(id);
    if (piece !== '') onToken(piece);
  };
  const found = await model.decode(ids, decoding, { signal, seed, onId: report });
  report();
  return found;
}
