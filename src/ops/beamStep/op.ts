/** One step of beam search: selects the continuations that are kept. */
import { BEAM_WORKGROUP, beamStepKernel } from '../../../shaders/beamStep.wgsl';
import type { Dim } from '../../core/dim';
import { DTypeError, OptionError, ShapeError } from '../../core/errors';
import { dims, formatType, type Shape, shapesEqual, type TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import type { BeamStepAttrs } from './attrs';

export { NO_BEAM } from './attrs';

/** The largest number of beams, all of which one thread keeps in registers. */
const MAX_WIDTH = 32;

function infer(inputs: Counted<TensorType, [4, 5]>, attrs: BeamStepAttrs): Counted<TensorType, 3> {
  checkCount('beamStep inputs', inputs, attrs.coverage ? 5 : 4);
  const [scores, ends, values, choices, coverage] = inputs;
  const [batch, width, count] = dims(values, 3, 'beamStep: values');
  const fits = (type: TensorType, dtype: string, ...shape: Shape): boolean =>
    type.dtype === dtype && shapesEqual(type.shape, shape);
  const right =
    fits(scores, 'f32', batch, width) &&
    fits(ends, 'i32', batch, width, 2) &&
    fits(values, 'f32', batch, width, count) &&
    fits(choices, 'i32', batch, width, count) &&
    (coverage === undefined || fits(coverage, 'f32', batch, width));
  if (!right) {
    const found = inputs.map(formatType).join(', ');
    const text = 'scores [B, K], i32 ends [B, K, 2], values and i32 choices [B, K, C]';
    if (inputs.every(({ shape }) => shape.length > 1)) {
      throw new ShapeError(`beamStep: expected ${text}, found ${found}`);
    }
    throw new DTypeError(`beamStep: expected ${text}, found ${found}`);
  }
  const isSmall = (d: Dim) => typeof d === 'number' && d >= 1 && d <= MAX_WIDTH;
  if (!isSmall(width) || !isSmall(count)) {
    throw new OptionError(
      `beamStep: 1 to ${MAX_WIDTH} beams and choices, found ${width}, ${count}`,
    );
  }
  return [
    { dtype: 'f32', shape: [batch, width] },
    { dtype: 'i32', shape: [batch, width, 2] },
    { dtype: 'i32', shape: [batch, width] },
  ];
}

function calls({ node }: LoweringCall<BeamStepAttrs, [4, 5], 3>): readonly KernelCall[] {
  const [batch, width, choices] = dims(node.inputs[2], 3, 'beamStep');
  const { lengthPenalty, eos, pad, coverage } = node.attrs;
  return [
    kernelCall({
      kernel: beamStepKernel,
      spec: { width: Number(width), choices: Number(choices), lengthPenalty, coverage, eos, pad },
      operands: [...node.inputs.map((_, i) => input(i)), output(0), output(1), output(2)],
      params: [batch],
      grid: (size) => grid1d(Math.ceil(size(batch) / BEAM_WORKGROUP)),
    }),
  ];
}

export const beamStepOp = defineOp<BeamStepAttrs, [4, 5], 3>({
  name: 'beamStep',
  inputs: [4, 5],
  outputs: 3,
  infer,
  lowering: { kind: 'kernel', calls },
});

export interface Beams {
  /** Sum of log-probabilities [B, K]. */
  readonly scores: Tensor;
  /** i32 [B, K, 2]: the last token, and the number of tokens including eos. */
  readonly ends: Tensor;
}

/**
 * The K best continuations of each sentence, in descending order of rank. The rank is score / length penalty,
 * plus coverage.
 * @param values log-probabilities [B, K, C] of each beam's best tokens  @param choices i32, those tokens
 * @param coverage [B, K]
 * @returns the new beams, and i32 [B, K]: the row (sentence * K + beam) that each continues
 * @throws ShapeError, DTypeError, OptionError
 */
export function beamStep(
  beams: Beams,
  values: Tensor,
  choices: Tensor,
  options: Omit<BeamStepAttrs, 'coverage'>,
  coverage?: Tensor,
): Beams & { readonly origins: Tensor } {
  const optional = coverage === undefined ? [] : [coverage];
  const [scores, ends, origins] = applyAll(
    beamStepOp,
    [beams.scores, beams.ends, values, choices, ...optional],
    { ...options, coverage: coverage !== undefined },
  );
  return { scores, ends, origins };
}

declare module '../../graph/op' {
  interface OpSet {
    beamStep: typeof beamStep;
  }
}
