/** The attributes of this folder's ops, which op and reference share. */
export type NormAttrs = {
  readonly epsilon: number;
  /** Whether the mean is subtracted: true for layer norm, false for RMS norm. */
  readonly center: boolean;
  /** Whether input 1 is a weight. */
  readonly weight: boolean;
  /** Whether the last input is a bias. */
  readonly bias: boolean;
};

export type NormGradParametersAttrs = { readonly center: boolean };

export type NormGradXAttrs = { readonly center: boolean; readonly weight: boolean };
