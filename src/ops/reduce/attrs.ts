/** The attributes and names of this folder's ops, which op and reference share. */
/** Reduces the neighbouring axes from `start` up to but not including `end`. */
export type ReduceAttrs = { readonly start: number; readonly end: number };

export type ReduceName = 'sum' | 'prod' | 'mean' | 'max';
