/** Inputs and tolerances that the cases of attention share. */
import { defined } from '../../core/errors';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';

/** WGSL's exp is off by up to 58 ULP on SwiftShader; scores and sums round once per term. */
export const bound = (size: number, keys: number): Case['tolerance'] => ({
  relative: (64 + 4 * (size + keys)) * EPSILON,
  because: 'exp within 58 ULP, f32 sums over channels and keys',
});

export const lengthsOf = (values: readonly number[]): CaseInput => ({
  shape: [values.length],
  dtype: 'i32',
  fill: { kind: 'values', values },
});

export const paddingOf = (rows: readonly string[]): CaseInput => ({
  shape: [rows.length, defined(rows[0], 'row').length],
  dtype: 'bool',
  fill: { kind: 'values', values: rows.flatMap((row) => [...row].map((c) => (c === 'x' ? 1 : 0))) },
});

/** One position for all batch rows, or one for each. */
export const offsetOf = (...values: readonly number[]): CaseInput => ({
  shape: [values.length],
  dtype: 'i32',
  fill: { kind: 'values', values },
});

export const key: CaseInput = { shape: [1], dtype: 'i32', fill: { kind: 'values', values: [77] } };

/** A bool tensor from rows of '.' (shown) and 'x' (hidden). */
export const maskOf = (shape: readonly number[], rows: string): CaseInput => ({
  shape,
  dtype: 'bool',
  fill: {
    kind: 'values',
    values: [...rows].filter((c) => c !== ' ').map((c) => (c === 'x' ? 1 : 0)),
  },
});

/** The tolerance of gradients, which are products of three results, summed over rows. */
export const gradientBound = (size: number, keys: number): Case['tolerance'] => ({
  relative: 8 * bound(size, keys).relative,
  because: 'a product of three such results, summed over rows',
});
