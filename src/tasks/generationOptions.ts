/** The options of a translation or continuation. */
import type { Decoding } from '../generate/decoder';
import type { LookOptions } from './modelInspection';
import type { UnknownPolicy } from './modelText';

/** Options of one translation or continuation. */
export interface GenerationOptions extends LookOptions {
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
