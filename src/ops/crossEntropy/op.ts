/** Cross-entropy of logits and target classes, with label smoothing, class weights and an ignored class. */

import { crossEntropyForward } from '../../../shaders/crossEntropy/forward.wgsl';
import { checkOptions, DTypeError, OptionError, ShapeError } from '../../core/errors';
import { formatType, numberOfElements, shapesEqual, type TensorType } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { applyAll } from '../../graph/node';
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
import { isWhole } from '../checks';
import { fill } from '../fill/op';
import { sum } from '../reduce/op';
import { rowsOf, teamGrid, teamOf } from '../rows';
import { cast, equal, notEqual, where } from '../select/op';
import type { CrossEntropyAttrs } from './attrs';

export interface CrossEntropyOptions {
  /** Part of the target probability that is spread over all classes, 0 to 1; 0 by default. */
  readonly labelSmoothing?: number;
  /** Rows with this target have no loss and no gradient. */
  readonly ignoreIndex?: number | undefined;
  /**
   * Weights of the classes, f32 [V], none negative; 1 by default. A row's loss is multiplied by the weight of
   * its target, and the share of each class in the smoothing by the weight of that class. Weights have no
   * gradient.
   */
  readonly weights?: Tensor | undefined;
}

/** The specialisation that the kernels of the loss and of its gradient share. */
export function specOf({ labelSmoothing, ignoreIndex }: CrossEntropyAttrs) {
  const ignores = ignoreIndex !== undefined;
  return { smoothing: labelSmoothing, ignores, ignoreIndex: ignoreIndex ?? 0 };
}

function infer(
  [logits, targets, weights]: Counted<TensorType, [2, 3]>,
  { labelSmoothing, ignoreIndex }: CrossEntropyAttrs,
): Counted<TensorType, [2, 3]> {
  if (logits.dtype !== 'f32' || targets.dtype !== 'i32' || logits.shape.length === 0) {
    const found = [logits, targets].map(formatType);
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
  if (weights !== undefined && weights.dtype !== 'f32') {
    throw new DTypeError(`crossEntropy: weights must be f32, found ${formatType(weights)}`);
  }
  if (weights !== undefined && !shapesEqual(weights.shape, logits.shape.slice(-1))) {
    throw new ShapeError(
      `crossEntropy: expected a weight for each class of ${formatType(logits)}, found ` +
        formatType(weights),
    );
  }
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new OptionError(`crossEntropy: label smoothing must be 0 to 1, found ${labelSmoothing}`);
  }
  if (ignoreIndex !== undefined && !isWhole(ignoreIndex)) {
    throw new OptionError(`crossEntropy: ignoreIndex must be an i32, found ${ignoreIndex}`);
  }
  return [
    { dtype: 'f32', shape: targets.shape },
    { dtype: 'f32', shape: [...targets.shape, weights === undefined ? 2 : 4] },
    ...(weights === undefined ? [] : [{ dtype: 'f32', shape: targets.shape } as const]),
  ];
}

function forwardCalls(
  call: LoweringCall<CrossEntropyAttrs, [2, 3], [2, 3]>,
): readonly KernelCall[] {
  const { node, epilogue } = call;
  const shape = node.inputs[0].shape;
  const { rows, size } = rowsOf(shape);
  const team = teamOf(call, shape);
  const save = call.used(1);
  const weighted = node.inputs.length > 2;
  const counts = weighted && call.used(2);
  return [
    kernelCall({
      kernel: crossEntropyForward,
      spec: { team, ...specOf(node.attrs), weighted, counts, save, epilogue },
      operands: [
        ...[input(0), input(1), ...(weighted ? [input(2)] : [])],
        ...[output(0), ...(save ? [output(1)] : []), ...(counts ? [output(2)] : [])],
      ],
      params: [rows, size],
      grid: teamGrid(rows, team),
    }),
  ];
}

/**
 * Inputs: logits, targets, class weights. Outputs: loss [...], and for the gradient max and sum of exp(x - max)
 * of each row. Class weights add two more numbers there, and the weight of each row [...].
 */
export const crossEntropyOp = defineOp<CrossEntropyAttrs, [2, 3], [2, 3]>({
  name: 'crossEntropy',
  inputs: [2, 3],
  outputs: [2, 3],
  infer,
  lowering: { kind: 'kernel', epilogue: true, optional: () => [1], calls: forwardCalls },
});

function attrsOf(where: string, options: CrossEntropyOptions): CrossEntropyAttrs {
  checkOptions(where, options, ['labelSmoothing', 'ignoreIndex', 'weights']);
  return { labelSmoothing: options.labelSmoothing ?? 0, ignoreIndex: options.ignoreIndex };
}

function lossOfRows(
  where: string,
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions,
): { readonly rows: Tensor; readonly rowWeights: Tensor | undefined } {
  const { weights } = options;
  const [rows, , rowWeights] = applyAll(
    crossEntropyOp,
    [logits, targets, ...(weights === undefined ? [] : [weights])],
    attrsOf(where, options),
  );
  return { rows, rowWeights };
}

/**
 * Cross-entropy of each row, like torch.nn.functional.cross_entropy with reduction 'none'. Label smoothing is
 * uniform over all classes, the target's among them (Szegedy et al. 2016). With p the softmax of the logits, t
 * the target, w the class weights and s the smoothing, a row's loss is
 * (1 - s) * w[t] * -log(p[t]) + s / V * sum over all classes c of w[c] * -log(p[c]).
 * @param logits [..., V]
 * @param targets i32 [...], each 0 to V - 1 or the ignored index; others count as the nearest class
 * @returns [...]; 0 for ignored rows. Only the logits have a gradient.
 * @throws DTypeError, ShapeError, OptionError
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  return lossOfRows('crossEntropy', logits, targets, options).rows;
}

/**
 * Mean cross-entropy over the rows that are not ignored, like torch's reduction 'mean'. With class weights it
 * is the sum of the rows' losses divided by the sum of the weights of their targets, also with smoothing. It is
 * 0 when all rows are ignored; if the weights otherwise sum to 0, the divisor is 1.
 * @returns loss [], and count []: the number of rows that are not ignored or, with class weights, the sum of
 *   the weights of their targets; both f32
 */
export function meanCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): { readonly loss: Tensor; readonly count: Tensor } {
  const { rows, rowWeights } = lossOfRows('meanCrossEntropy', logits, targets, options);
  const total = sum(rows);
  if (rowWeights !== undefined) {
    const count = sum(rowWeights);
    const divisor = where(equal(count, fill([], 0)), fill([], 1), count);
    return { loss: div(total, divisor), count };
  }
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
