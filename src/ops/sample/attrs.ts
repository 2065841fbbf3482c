/** The attributes of this folder's ops. */
export type GumbelAttrs = {
  /** A number of its own for every place that draws from one key. */
  readonly stream: number;
};

export type NucleusAttrs = {
  /** Least probability that is kept, from 0 to 1. */
  readonly mass: number;
};
