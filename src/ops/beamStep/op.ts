/** One step of beam search: selects the continuations that are kept. */
import { BEAM_WORKGROUP, beamStepKernel } from '../../../shaders/beamStep.wgsl';
import { type Dim, dimsEqual } from '../../core/dim';
import { DTypeError, defined, OptionError, ShapeError } from '../../core/errors';
import { formatType, type TensorType } from '../../core/shape';
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

function infer(inputs: readonly TensorType[], attrs: BeamStepAttrs): readonly TensorType[] {
  const [scores, ends, values, choices, coverage] = inputs;
  const [batch = 1, width = 1, count = 1] = values?.shape ?? [];
  const fits = (type: TensorType | undefined, dtype: string, ...shape: readonly Dim[]): boolean =>
    type?.dtype === dtype &&
    type.shape.length === shape.length &&
    shape.every((d, i) => dimsEqual(d, type.shape[i] ?? -1));
  const right =
    fits(scores, 'f32', batch, width) &&
    fits(ends, 'i32', batch, width, 2) &&
    fits(values, 'f32', batch, width, count) &&
    fits(choices, 'i32', batch, width, count) &&
    (!attrs.coverage || fits(coverage, 'f32', batch, width));
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

function calls({ node }: LoweringCall<BeamStepAttrs>): readonly KernelCall[] {
  const [batch = 1, width = 1, choices = 1] = node.inputs[2]?.shape ?? [];
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

export const beamStepOp = defineOp<BeamStepAttrs>({
  name: 'beamStep',
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
  const inputs = [beams.scores, beams.ends, values, choices];
  const attrs = { ...options, coverage: coverage !== undefined };
  const results = applyAll(
    beamStepOp,
    coverage === undefined ? inputs : [...inputs, coverage],
    attrs,
  );
  const [scores, ends, origins] = results.map((tensor) => defined(tensor, 'result'));
  return {
    scores: defined(scores, 'scores'),
    ends: defined(ends, 'ends'),
    origins: defined(origins, 'origins'),
  };
}

declare module '../../graph/op' {
  interface OpSet {
    beamStep: typeof beamStep;
  }
}
