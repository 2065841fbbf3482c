/**
 * How the float64 executors compute ops. It is kept apart from the ops, so that apps which run on a device do
 * not bundle it. Each op folder lists its references; ops/references.ts collects them.
 */
import type { SizeTable } from '../core/dim';
import type { NdArray } from '../core/ndArray';
import type { TensorType } from '../core/shape';
import type { Attrs, Op } from './op';

/** How the float64 executors compute an op. */
export interface Reference<A extends Attrs = Attrs> {
  /** Float64 loops that share nothing with the kernel; fills `outputs`. */
  compute(call: ReferenceCall<A>): void;
}

/** The references of all ops that an executor knows. */
export type References = ReadonlyMap<Op, Reference>;

/** One call of a reference: attributes, inputs and the arrays to fill. */
export interface ReferenceCall<A extends Attrs> {
  readonly attrs: A;
  readonly inputs: readonly NdArray[];
  /** Of the outputs. */
  readonly types: readonly TensorType[];
  /** Zero-filled, except those in place of an input, which start as a copy of it. */
  readonly outputs: readonly NdArray[];
  readonly sizes: SizeTable;
  /** Of all ops, for an op that is made of others. */
  readonly references: References;
}

export type ReferenceEntry = readonly [op: Op, reference: Reference];

/** An op with its reference, whose attributes are checked against each other. */
export function referenceOf<A extends Attrs>(
  op: Op<A>,
  compute: (call: ReferenceCall<A>) => void,
): ReferenceEntry {
  const reference: Reference<A> = { compute };
  return [op, reference];
}
