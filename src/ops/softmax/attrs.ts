/** The attributes and names of this folder's ops, which op and reference share. */
export type SoftmaxAttrs = { readonly axis: number };

export type SoftmaxName = 'softmax' | 'logSoftmax';
