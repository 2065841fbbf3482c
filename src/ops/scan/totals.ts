/**
 * Sums of a value over all steps of a loop. Where the gradient of the value's op supports it (overSteps), its
 * operands are stacked, and one call after the loop computes the sum. Linear ops are applied after the sum.
 * Other values are summed in a carry.
 */
import { addDims, type Dim, dimsEqual } from '../../core/dim';
import { defined } from '../../core/errors';
import { numberOfElements } from '../../core/shape';
import type { Calculus } from '../../graph/gradient';
import { apply, tensorKey } from '../../graph/node';
import type { OpSet, Tensor } from '../../graph/op';
import { gradientRule } from '../../graph/ownOp';
import type { Stacked } from './residuals';

export interface Total {
  /** Values of the step that are to be stacked. */
  readonly stacked: readonly Tensor[];
  /** Values of the step that are summed in a carry. */
  readonly added: readonly Tensor[];
  /** Computes the total from those stacks and sums. */
  finish(stackOf: (row: Tensor) => Tensor, sumOf: (value: Tensor) => Tensor): Tensor;
}

/** Plans how to sum a value of the step over all steps. */
export function planTotal(
  calculus: Calculus,
  value: Tensor,
  varies: (t: Tensor) => boolean,
): Total {
  const { op, attrs, inputs, types } = value.node;
  const gradient = gradientRule(calculus.rules, op);
  const known = gradient === 'none' ? undefined : gradient;
  const rule = known?.overSteps;
  if (rule?.applies(inputs, attrs) === true && inputs.every(varies)) {
    const finish: Total['finish'] = (stackOf) =>
      rule.rule(calculus.ops, inputs.map(stackOf), attrs);
    return { stacked: inputs, added: [], finish };
  }
  const isLinear = known?.linear?.(attrs) === true && types.length === 1;
  const parts = isLinear ? inputs.map((input) => planTotal(calculus, input, varies)) : [];
  if (parts.some(({ stacked }) => stacked.length > 0)) {
    return {
      stacked: parts.flatMap(({ stacked }) => stacked),
      added: parts.flatMap(({ added }) => added),
      finish: (stackOf, sumOf) => {
        const sums = parts.map((part) => part.finish(stackOf, sumOf));
        return apply(op, sums, attrs);
      },
    };
  }
  return { stacked: [], added: [value], finish: (_stackOf, sumOf) => sumOf(value) };
}

/**
 * The stack [length, ...] of a value that is a row of a known stack, possibly reshaped; undefined when it must
 * be stacked first.
 */
export function stackOfRow(
  ops: OpSet,
  value: Tensor,
  known: readonly Stacked[],
  length: Dim,
): Tensor | undefined {
  const key = tensorKey(value);
  const item = known.find(({ row }) => tensorKey(row) === key);
  if (item !== undefined) return cutRows(ops, item, length);
  const { op, attrs, inputs } = value.node;
  const [inner] = inputs;
  if (op.lowering.kind !== 'alias' || op.lowering.offset(attrs) !== 0) return undefined;
  if (inner === undefined || !sameSize(inner, value)) return undefined;
  const stack = stackOfRow(ops, inner, known, length);
  return stack === undefined ? undefined : ops.reshape(stack, [length, ...value.shape]);
}

function sameSize(a: Tensor, b: Tensor): boolean {
  return dimsEqual(numberOfElements(a.shape), numberOfElements(b.shape));
}

/** The rows from shift up to but not including shift + length. */
function cutRows(ops: OpSet, { source, shift }: Stacked, length: Dim): Tensor {
  const rest = source.shape.slice(1);
  if (dimsEqual(defined(source.shape[0], 'rows'), length)) return source;
  if (shift === 0) return ops.view(source, [length, ...rest], 0);
  const starts = [shift, ...rest.map(() => 0)];
  return ops.slice(source, { starts, ends: [addDims(length, shift), ...rest] });
}
