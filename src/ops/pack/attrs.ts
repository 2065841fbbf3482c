/** The attributes of this folder's ops, which op and reference share. */
export type PackAttrs = { readonly offsets: readonly number[]; readonly size: number };
