/** The attributes of this folder's op. */
export type BeamStepAttrs = {
  /** Exponent of the length penalty ((5 + length) / 6)^alpha (Wu et al. 2016, eq. 14); 0 for none. */
  readonly lengthPenalty: number;
  readonly eos: number;
  readonly pad: number;
  /** Whether the last input is added to the ranks. */
  readonly coverage: boolean;
};

/** The score of an unused beam: far below any sum of log-probabilities. */
export const NO_BEAM = -1e30;
