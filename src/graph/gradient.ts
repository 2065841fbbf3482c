/**
 * What differentiation needs to know about ops. It is kept apart from the ops, so that apps which only run
 * models do not bundle it. Each op folder lists the gradients of its ops; ops/gradients.ts collects them.
 */
import type { TensorType } from '../core/shape';
import type { Count, Counted } from './count';
import type { Attrs, Op, OpSet, Tensor } from './op';

/** How to differentiate through an op. */
export interface Gradient<
  A extends Attrs = Attrs,
  I extends Count = Count,
  O extends Count = Count,
> {
  /** Gradients for the inputs, in order; undefined for an input that has none, as for those left out. */
  rule(call: GradCall<A, I, O>): Partial<Counted<Tensor | undefined, I>>;
  /** Whether the op is linear: a sum of results is the result of the sums of each input. */
  linear?(attrs: A): boolean;
  /** How to sum results over the iterations of a loop at less cost than by an addition in each. */
  readonly overSteps?: OverStepsRule<A, I>;
}

/** By op; 'none' for ops through which no gradient flows. */
export type Gradients = ReadonlyMap<Op, Gradient | 'none'>;

/** The op functions and rules that gradients are built from. */
export interface Calculus {
  /** So that rules of two ops can use each other's functions without importing each other. */
  readonly ops: OpSet;
  readonly rules: Gradients;
}

/** The arguments of a gradient rule: the node to differentiate, and gradients of its outputs. */
export interface GradCall<A extends Attrs, I extends Count = Count, O extends Count = Count>
  extends Calculus {
  readonly attrs: A;
  readonly inputs: Counted<Tensor, I>;
  readonly outputs: Counted<Tensor, O>;
  /**
   * Gradient of the loss for each output; undefined where the loss does not depend on it, which it does on
   * one output at least.
   */
  readonly gradients: OutputGradients<O>;
}

/** The gradient of an only output, or of each of several, those that there are. */
export type OutputGradients<O extends Count> = [O] extends [1]
  ? readonly [Tensor]
  : Counted<Tensor | undefined, O>;

/** Sums an op's result over a loop from its stacked inputs. */
export interface OverStepsRule<A extends Attrs, I extends Count = Count> {
  /** Whether the rule holds for these inputs. */
  applies(inputs: Counted<TensorType, I>, attrs: A): boolean;
  /** The total, from each input with all iterations along a new first axis. */
  rule(ops: OpSet, stacked: Counted<Tensor, I>, attrs: A): Tensor;
}

export type GradientEntry = readonly [op: Op, gradient: Gradient | 'none'];

/** An op with its gradient, whose attributes, inputs and outputs are checked against each other. */
export function gradientOf<A extends Attrs, I extends Count, O extends Count>(
  op: Op<A, I, O>,
  gradient: Gradient<A, I, O> | 'none',
): GradientEntry;
export function gradientOf(op: Op, gradient: Gradient | 'none'): GradientEntry {
  return [op, gradient];
}
