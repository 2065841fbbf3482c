/** The attributes of concat, which op and reference share. */
export type ConcatAttrs = { readonly axis: number };
