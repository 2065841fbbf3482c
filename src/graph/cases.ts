/**
 * Test and bench cases of an op: a folder's cases.ts exports `cases`; tests and benches find them by
 * themselves. Every case runs forward against the float64 reference, and its gradient is checked.
 */
import type { DType } from '../core/shape';
import type { Tensor } from './op';

/** Fills an input: by a named distribution, or value by value. */
export type Fill =
  | { readonly kind: 'normal'; readonly scale?: number; readonly mean?: number }
  /** Uniform in [low, high); for i32 whole numbers. */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Normal with a few values `size` times larger: uniform noise hides softmax bugs. */
  | { readonly kind: 'outliers'; readonly size: number }
  | { readonly kind: 'values'; readonly values: readonly number[] };

/** An input of a case: its shape and what fills it. */
export interface CaseInput {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  /** Standard normal for f32, 0 or 1 for bool; i32 must say. */
  readonly fill?: Fill;
  /** False where finite differences make no sense (kinks, integers); f32 inputs default to true. */
  readonly differentiable?: boolean;
}

/** A case of an op: inputs, how they are put together, and how exact the result must be. */
export interface Case {
  /** What is special about it. */
  readonly name: string;
  readonly inputs: readonly CaseInput[];
  /** Builds the outputs from the inputs by the public functions. */
  // A method, so that a function of exactly the case's inputs fits.
  build(...inputs: readonly Tensor[]): Tensor | readonly Tensor[];
  /**
   * Bound on |GPU - float64| as `absolute + relative * scale`, where scale is the largest magnitude
   * of the output, with the reason for the figures.
   */
  readonly tolerance: {
    readonly relative: number;
    readonly absolute?: number;
    readonly because: string;
  };
  /** False where values are so large that central differences lose every digit. */
  readonly differences?: false;
  /** The tolerance of gradients; by default 8 times that of the output, for the same reason. */
  readonly gradientTolerance?: Case['tolerance'];
}

/** Unit roundoff of float32. */
export const EPSILON = 2 ** -24;
