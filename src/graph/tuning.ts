/**
 * The measurements and checks of an adapter: the fastest candidate of each class of shapes, and the candidates
 * that give right results. Plain data.
 */

/** The fastest candidate of a class of shapes. */
export interface MeasuredChoice {
  readonly candidate: string;
  /** Hash of the WGSL that was measured; changed kernels are measured again. */
  readonly wgsl: string;
}

/** The self-check's verdict on a candidate. */
export interface Verdict {
  /** Hash of the WGSL that was checked. */
  readonly wgsl: string;
  /** What is wrong with its results; undefined when they are right. */
  readonly failure?: string;
}

/** What is known about an adapter: the fastest kernels, and those that are wrong. */
export interface Tuning {
  /** By class of shapes. */
  readonly choices: Readonly<Record<string, MeasuredChoice>>;
  /** By `variantName`. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
}
