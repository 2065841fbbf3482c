/** The attributes of this folder's op, which op, gradient and reference share. */
export type ClipAttrs = { readonly min: number | undefined; readonly max: number | undefined };
