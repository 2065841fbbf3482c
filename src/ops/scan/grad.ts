/**
 * The gradient of a loop: a loop in the opposite direction over stacked values. Its body is the pullback of the
 * forward body. Values that only a kernel could recompute are read from stacks, the others are recomputed.
 * Gradients of constants are summed in one call after the loop where the op of the gradient supports it
 * (overSteps).
 */
import { type Dim, subtractDims } from '../../core/dim';
import { defined, QkvError } from '../../core/errors';
import { dimAt } from '../../core/shape';
import { type Calculus, type GradCall, type GradientEntry, gradientOf } from '../../graph/gradient';
import { tensorKey } from '../../graph/node';
import type { LoopBody, OpSet, Tensor } from '../../graph/op';
import { pullback, type Seed } from '../../graph/pullback';
import { rebuild } from '../../graph/rebuild';
import { inputTensor } from '../../graph/source';
import { type ScanAttrs, split } from './attrs';
import { scanOp } from './op';
import { type Stacked, stackedRows, usedRows } from './residuals';
import { planTotal, stackOfRow, type Total } from './totals';

type Maybe = Tensor | undefined;

/** One step of the backward loop, on the placeholders of the forward body and placeholders for gradients. */
interface BackwardStep {
  /** Indices of the carries that a gradient flows through. */
  readonly flowing: readonly number[];
  /** The gradient of each of those carries after the step, a placeholder, and before it. */
  readonly after: readonly Tensor[];
  readonly before: readonly Tensor[];
  /** Gradients of the result rows, which each step reads its row of. */
  readonly given: readonly Stacked[];
  readonly dSequences: readonly Maybe[];
  readonly dConstants: readonly Maybe[];
}

function scanGrad(call: GradCall<ScanAttrs>): readonly Maybe[] {
  const { ops, attrs, inputs, gradients } = call;
  const { body, length } = attrs;
  const [init, xs] = split(inputs, body.carries.length, body.sequences.length);
  const [dFinals, dStacks, dRows] = split(gradients, init.length, init.length);
  if (dStacks.some((dy) => dy !== undefined)) {
    throw new QkvError('gradient', 'scan: no second derivative through the stacked carries');
  }
  const step = backwardStep(call, body, dRows);
  const varies = variesWith(body, step);
  const totals = step.dConstants.map((g) =>
    g === undefined ? undefined : planTotal(call, g, varies),
  );
  const result = runBackwards(call, step, totals, dFinals);
  const dInit = init.map((_, i) => result.carry[step.flowing.indexOf(i)]);
  const dXs = xs.map((x, i) => {
    const dx = result.dSequences[i];
    return dx === undefined
      ? undefined
      : padRows(ops, dx, x, defined(attrs.shifts[i], 'shift'), length);
  });
  return [...dInit, ...dXs, ...result.totals];
}

function backwardStep(calculus: Calculus, body: LoopBody, dRows: readonly Maybe[]): BackwardStep {
  const { carries, sequences, constants, next, rows } = body;
  const flowing = carries.flatMap(({ dtype }, i) => (dtype === 'f32' ? [i] : []));
  const at = (tensors: readonly Tensor[], i: number) => defined(tensors[i], 'carry');
  const after = flowing.map((i) => placeholder(at(carries, i)));
  const given = rows.flatMap((row, i): (Stacked & { readonly of: Tensor })[] => {
    const source = dRows[i];
    return source === undefined ? [] : [{ row: placeholder(row), of: row, source, shift: 0 }];
  });
  const seeds: readonly Seed[] = [
    ...flowing.map((i, k): Seed => [at(next, i), at(after, k)]),
    ...given.map(({ of, row }): Seed => [of, row]),
  ];
  const wrt = [...carries, ...sequences, ...constants];
  const found = pullback(calculus, seeds, wrt).map((g, i) =>
    wrt[i]?.dtype === 'f32' ? g : undefined,
  );
  const [dIn, dSequences, dConstants] = split(found, carries.length, sequences.length);
  const before = flowing.map((i) => dIn[i] ?? calculus.ops.zerosLike(at(carries, i)));
  return { flowing, after, before, given, dSequences, dConstants };
}

function placeholder({ dtype, shape }: Tensor): Tensor {
  return inputTensor('gradient', { dtype, shape });
}

/** Whether a tensor of the backward step depends on the step. */
function variesWith({ carries, sequences }: LoopBody, step: BackwardStep): (t: Tensor) => boolean {
  const sources = [...carries, ...sequences, ...step.after, ...step.given.map(({ row }) => row)];
  const varying = new Map(sources.map(({ node }) => [node.id, true]));
  const varies = ({ node }: Tensor): boolean => {
    const known = varying.get(node.id);
    if (known !== undefined) return known;
    const found = node.inputs.some(varies);
    varying.set(node.id, found);
    return found;
  };
  return varies;
}

interface Backwards {
  /** Gradients of the flowing carries before the first step. */
  readonly carry: readonly Tensor[];
  readonly dSequences: readonly Maybe[];
  readonly totals: readonly Maybe[];
}

function runBackwards(
  { ops, attrs, inputs, outputs }: GradCall<ScanAttrs>,
  step: BackwardStep,
  totals: readonly (Total | undefined)[],
  dFinals: readonly Maybe[],
): Backwards {
  const { body, length, reverse } = attrs;
  const [, xs, captured] = split(inputs, body.carries.length, body.sequences.length);
  const planned = totals.filter((total) => total !== undefined);
  const added = unique(planned.flatMap((total) => total.added));
  const operands = unique(planned.flatMap((total) => total.stacked));
  const dXs = step.dSequences.filter((dx) => dx !== undefined);
  const core = [...step.before, ...dXs, ...added];
  const known = [...step.given, ...stackedRows(attrs, xs, outputs, [...core, ...operands])];
  const stacks = new Map(operands.map((t) => [tensorKey(t), stackOfRow(ops, t, known, length)]));
  const listed = operands.filter((t) => stacks.get(tensorKey(t)) === undefined);
  const rows = usedRows([...core, ...listed], known);

  const ends = step.flowing.map(
    (i, k) => dFinals[i] ?? ops.zerosLike(defined(step.after[k], 'carry')),
  );
  const { carry, ys } = ops.scan(
    (carries, x) => {
      const [gradients, sums] = split(carries, step.after.length);
      const stands = new Map<string, Tensor>();
      const stand = (tensors: readonly Tensor[], by: readonly Tensor[]) =>
        tensors.forEach((t, i) => {
          stands.set(tensorKey(t), defined(by[i], 'replacement'));
        });
      stand(body.constants, captured);
      stand(step.after, gradients);
      stand(
        rows.map(({ row }) => row),
        x,
      );
      const swap = rebuild([...core, ...listed], stands);
      const next = added.map((t, i) => ops.add(defined(sums[i], 'sum'), swap(t)));
      return { carry: [...step.before.map(swap), ...next], y: [...dXs, ...listed].map(swap) };
    },
    [...ends, ...added.map((t) => ops.zerosLike(t))],
    rows.map(({ source }) => source),
    { reverse: !reverse, length, shifts: rows.map(({ shift }) => shift) },
  );
  const [dCarries, sums] = split(carry, step.after.length);
  const [dRows, lists] = split(ys, dXs.length);
  const sumOf = (t: Tensor) => defined(sums[added.findIndex(isSame(t))], 'sum');
  const stackOf = (t: Tensor) =>
    stacks.get(tensorKey(t)) ?? defined(lists[listed.findIndex(isSame(t))], 'stack');
  return {
    carry: dCarries,
    dSequences: step.dSequences.map((dx) => dx && dRows[dXs.indexOf(dx)]),
    totals: totals.map((total) => total?.finish(stackOf, sumOf)),
  };
}

function isSame(a: Tensor): (b: Tensor) => boolean {
  return (b) => tensorKey(a) === tensorKey(b);
}

function unique(tensors: readonly Tensor[]): readonly Tensor[] {
  return [...new Map(tensors.map((tensor) => [tensorKey(tensor), tensor])).values()];
}

/** Pads the gradient of a longer sequence with zeros for rows that no step read. */
function padRows(ops: OpSet, dx: Tensor, x: Tensor, shift: number, length: Dim): Tensor {
  const rest = subtractDims(dimAt(x, 0), length);
  if (rest === 0) return dx;
  if (typeof rest !== 'number') throw new QkvError('internal', 'scan: rows beyond a shift');
  const zeros = x.shape.slice(1).map(() => 0);
  return ops.pad(dx, { before: [shift, ...zeros], after: [rest - shift, ...zeros] });
}

export const gradients: readonly GradientEntry[] = [gradientOf(scanOp, { rule: scanGrad })];
