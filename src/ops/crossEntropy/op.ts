/** Cross-entropy of logits with target classes, label smoothing and an ignored class. */
import { crossEntropyForward } from '../../../shaders/crossEntropy/forward.wgsl';
import { checkOptions, DTypeError, OptionError, ShapeError } from '../../core/errors';
import { formatType, numberOfElements, shapesEqual, type TensorType } from '../../core/shape';
import { perElement } from '../../graph/cost';
import { apply } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { div, maximum } from '../binary/op';
import { fill } from '../fill/op';
import { sum } from '../reduce/op';
import { rowsOf, teamGrid, teamOf } from '../rows';
import { cast, notEqual } from '../select/op';
import type { CrossEntropyAttrs } from './attrs';

export interface CrossEntropyOptions {
  /** Part of the target probability spread over all classes, 0 to 1; 0 by default. */
  readonly labelSmoothing?: number;
  /** Rows with this target have no loss and no gradient. */
  readonly ignoreIndex?: number | undefined;
}

/** What the kernels of the loss and of its gradient share. */
export function specOf({ labelSmoothing, ignoreIndex }: CrossEntropyAttrs) {
  const ignores = ignoreIndex !== undefined;
  return { smoothing: labelSmoothing, ignores, ignoreIndex: ignoreIndex ?? 0 };
}

function infer(
  [logits, targets]: readonly TensorType[],
  { labelSmoothing, ignoreIndex }: CrossEntropyAttrs,
): readonly TensorType[] {
  if (logits?.dtype !== 'f32' || targets?.dtype !== 'i32' || logits.shape.length === 0) {
    const found = [logits, targets].map((type) => (type ? formatType(type) : 'nothing'));
    throw new DTypeError(
      `crossEntropy: expected f32 logits [..., V] and i32 targets [...], found ${found.join(' and ')}`,
    );
  }
  if (!shapesEqual(logits.shape.slice(0, -1), targets.shape)) {
    throw new ShapeError(
      `crossEntropy: targets must have the shape of the logits without the classes, found ` +
        `${formatType(targets)} for ${formatType(logits)}`,
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new OptionError(`crossEntropy: label smoothing must be 0 to 1, found ${labelSmoothing}`);
  }
  if (ignoreIndex !== undefined && !(Number.isInteger(ignoreIndex) && ignoreIndex > -(2 ** 31))) {
    throw new OptionError(`crossEntropy: ignoreIndex must be an integer, found ${ignoreIndex}`);
  }
  return [
    { dtype: 'f32', shape: targets.shape },
    { dtype: 'f32', shape: [...targets.shape, 2] },
  ];
}

function forwardCalls(call: LoweringCall<CrossEntropyAttrs>): readonly KernelCall[] {
  const { node, epilogue } = call;
  const shape = node.inputs[0]?.shape ?? [];
  const { rows, size } = rowsOf(shape);
  const team = teamOf(call, shape);
  const save = call.used(1);
  return [
    kernelCall({
      kernel: crossEntropyForward,
      spec: { team, ...specOf(node.attrs), save, epilogue },
      operands: [input(0), input(1), output(0), ...(save ? [output(1)] : [])],
      params: [rows, size],
      grid: teamGrid(rows, team),
    }),
  ];
}

/** Outputs: loss [...], and per row (max, sum of exp(x - max)) for the gradient. */
export const crossEntropyOp = defineOp<CrossEntropyAttrs>({
  name: 'crossEntropy',
  infer,
  lowering: { kind: 'kernel', epilogue: true, optional: () => [1], calls: forwardCalls },
  // Maximum, exponential of a difference, sum.
  cost: ({ inputs: [logits] }) => perElement(4, logits?.shape),
});

function attrsOf(where: string, options: CrossEntropyOptions): CrossEntropyAttrs {
  checkOptions(where, options, ['labelSmoothing', 'ignoreIndex']);
  return { labelSmoothing: options.labelSmoothing ?? 0, ignoreIndex: options.ignoreIndex };
}

/**
 * Cross-entropy by row, as torch.nn.functional.cross_entropy with reduction 'none'. Label smoothing
 * is uniform over all classes, the target's among them (Szegedy et al. 2016).
 * @param logits [..., V]
 * @param targets i32 [...], each 0 to V - 1 or the ignored index; others count as the nearest class
 * @returns [...]; 0 for ignored rows
 * @throws DTypeError, ShapeError, OptionError
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  return apply(crossEntropyOp, [logits, targets], attrsOf('crossEntropy', options));
}

/**
 * Mean cross-entropy over the rows that are not ignored, as torch's reduction 'mean'; 0 when all
 * rows are ignored.
 * @returns loss [], and count [] of rows that are not ignored, both f32
 */
export function meanCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): { readonly loss: Tensor; readonly count: Tensor } {
  const total = sum(crossEntropy(logits, targets, options));
  const count = countRows(targets, options.ignoreIndex);
  return { loss: div(total, maximum(count, fill([], 1))), count };
}

function countRows(targets: Tensor, ignoreIndex: number | undefined): Tensor {
  const rows = numberOfElements(targets.shape);
  if (ignoreIndex === undefined) {
    return typeof rows === 'number' ? fill([], rows) : sum(fill(targets.shape, 1));
  }
  return sum(cast(notEqual(targets, fill(targets.shape, ignoreIndex, 'i32')), 'f32'));
}

declare module '../../graph/op' {
  interface OpSet {
    crossEntropy: typeof crossEntropy;
    meanCrossEntropy: typeof meanCrossEntropy;
  }
}
