/** The attributes of this folder's ops, which op and reference share. */
export type MatmulAttrs = {
  /** A is stored as [K, M]. */
  readonly transposeA: boolean;
  /** B is stored as [N, K]. */
  readonly transposeB: boolean;
};
