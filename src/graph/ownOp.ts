/**
 * Ops that are defined outside of the library: each brings its gradient and its reference, which the
 * library's own ops keep apart so that programs which need neither do not carry them.
 */
import type { Count } from './count';
import type { Gradient, Gradients } from './gradient';
import type { Attrs, Cost, Node, Op } from './op';
import type { ReferenceCall, References } from './reference';

/** An op that is defined outside of the library, with its gradient and reference. */
export interface OwnOp<A extends Attrs = Attrs, I extends Count = Count, O extends Count = Count>
  extends Op<A, I, O> {
  /** How to differentiate through it; 'none' where no gradient flows. */
  readonly gradient: Gradient<A, I, O> | 'none';
  /** Float64 loops that share nothing with the kernel; fills `outputs`, which are zeros. */
  reference(call: ReferenceCall<A, I, O>): void;
  /** What one application computes and reads; an operation for each element of a result without. */
  cost?(node: Node<A, I, O>): Cost;
}

/**
 * Defines an op of one's own: its types, its WGSL (an expression, or kernels), its gradient and its
 * float64 reference. `apply` puts it into a graph; it is fused, checked and profiled like any other.
 */
/*@__NO_SIDE_EFFECTS__*/
export function defineOwnOp<A extends Attrs, const I extends Count = 1, const O extends Count = 1>(
  op: OwnOp<A, I, O>,
): OwnOp<A, I, O> {
  return op;
}

/** Whether an op is defined outside of the library. */
export function isOwnOp(op: Op): op is OwnOp {
  return 'gradient' in op && 'reference' in op;
}

/** The gradient of an op, by the rules or its own; undefined when it is missing. */
export function gradientRule(rules: Gradients, op: Op): Gradient | 'none' | undefined {
  return rules.get(op) ?? (isOwnOp(op) ? op.gradient : undefined);
}

/** The float64 loops of an op, by the references or its own; undefined when they are missing. */
export function referenceLoops(
  references: References,
  op: Op,
): ((call: ReferenceCall<Attrs>) => void) | undefined {
  const known = references.get(op);
  if (known !== undefined) return (call) => known.compute(call);
  return isOwnOp(op) ? (call) => op.reference(call) : undefined;
}
