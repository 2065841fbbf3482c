/** The attributes of this folder's op, and how it stores a beam, which op and reference share. */
export type BeamStepAttrs = {
  /** Exponent of the length penalty ((5 + length) / 6)^alpha (Wu et al. 2016, eq. 14); 0 for none. */
  readonly lengthPenalty: number;
  /** Number of finished hypotheses that are wanted: the search ends when nothing can beat them. */
  readonly best: number;
  readonly eos: number;
  readonly pad: number;
  /** Whether the last input is added to the ranks. */
  readonly coverage: boolean;
};

/** Score and rank of an unused place: far below any sum of log-probabilities. */
export const NO_BEAM = -(2 ** 100);

/** A score or log-probability up to this one is none: the place is unused, the token hidden. */
export const UNUSED = NO_BEAM / 2;

/**
 * The fields of a beam, in their order. `rest` is the number of tokens that a live beam may still get, and of a
 * finished hypothesis the row that its last token continues.
 */
export const BEAM_FIELDS = ['rank', 'score', 'token', 'length', 'rest'] as const;
