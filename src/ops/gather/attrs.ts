/** The attributes of this folder's op, which op and reference share. */
export type GatherAttrs = { readonly axis: number };
