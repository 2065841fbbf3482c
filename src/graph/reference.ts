/**
 * How the float64 executors compute ops. It is kept apart from the ops, so that apps which run on a device do
 * not bundle it. Each op folder lists its references; ops/references.ts collects them.
 */
import type { SizeTable } from '../core/dim';
import type { NdArray } from '../core/ndArray';
import type { TensorType } from '../core/shape';
import type { Count, Counted } from './count';
import type { Attrs, Op } from './op';

/** How the float64 executors compute an op. */
export interface Reference<
  A extends Attrs = Attrs,
  I extends Count = Count,
  O extends Count = Count,
> {
  /** Float64 loops that share nothing with the kernel; fills `outputs`. */
  compute(call: ReferenceCall<A, I, O>): void;
}

/** The references of all ops that an executor knows. */
export type References = ReadonlyMap<Op, Reference>;

/** One call of a reference: attributes, inputs and the arrays to fill. */
export interface ReferenceCall<A extends Attrs, I extends Count = Count, O extends Count = Count> {
  readonly attrs: A;
  readonly inputs: Counted<NdArray, I>;
  /** Of the outputs. */
  readonly types: Counted<TensorType, O>;
  /** Zero-filled, except those in place of an input, which start as a copy of it. */
  readonly outputs: Counted<NdArray, O>;
  readonly sizes: SizeTable;
  /** Of all ops, for an op that is made of others. */
  readonly references: References;
}

export type ReferenceEntry = readonly [op: Op, reference: Reference];

/** An op with its reference, whose attributes, inputs and outputs are checked against each other. */
export function referenceOf<A extends Attrs, I extends Count, O extends Count>(
  op: Op<A, I, O>,
  compute: (call: ReferenceCall<A, I, O>) => void,
): ReferenceEntry;
export function referenceOf(op: Op, compute: Reference['compute']): ReferenceEntry {
  return [op, { compute }];
}
