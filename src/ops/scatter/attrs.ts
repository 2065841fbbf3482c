/** The attributes of this folder's ops, which op and reference share. */
export type ScatterAttrs = {
  readonly axis: number;
  /** Whether updates are added to x; else the last update of an element replaces it. */
  readonly add: boolean;
};

export type ScatterGradAttrs = { readonly axis: number };
