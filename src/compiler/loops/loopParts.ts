/**
 * The parts of a loop that are needed. Takes a group whose host is a loop; returns a record for
 * each part, with its tensors in the body and among the inputs and outputs of the node. Carries and
 * outputs that nothing reads are left out.
 */
import type { Dim } from '../../core/dim';
import { defined } from '../../core/errors';
import { outputOf, reachableNodes } from '../../graph/node';
import type { Loop, Node, Tensor } from '../../graph/op';
import { outputsOf } from '../../graph/rebuild';
import type { Group, LoopFrame } from '../schedule/group';

/** A value that an iteration passes to the next one. */
export interface Carry {
  readonly index: number;
  readonly initial: Tensor;
  /** Its value in an iteration, as a placeholder in the body. */
  readonly placeholder: Tensor;
  /** Its value for the next iteration. */
  readonly next: Tensor;
  /** The output with all of its values, [length + 1, ...]; undefined if nothing reads that. */
  readonly stack: Tensor | undefined;
  /** The output with its value after the last iteration; undefined if nothing reads that. */
  readonly final: Tensor | undefined;
}

/** A tensor of which each iteration reads a row. */
export interface SequenceInput {
  readonly source: Tensor;
  readonly placeholder: Tensor;
  /** Iteration t reads row t + shift. */
  readonly shift: number;
}

/** A tensor from outside of the loop that all iterations read. */
export interface ConstantInput {
  readonly source: Tensor;
  readonly placeholder: Tensor;
}

/** An output of which each iteration writes a row. */
export interface StackedOutput {
  readonly index: number;
  /** The row, in the body. */
  readonly row: Tensor;
  readonly stack: Tensor;
}

export interface LoopParts {
  readonly length: Dim;
  readonly reverse: boolean;
  /** Loops around it, from the outermost. */
  readonly outer: readonly LoopFrame[];
  readonly carries: readonly Carry[];
  readonly sequences: readonly SequenceInput[];
  readonly constants: readonly ConstantInput[];
  readonly rows: readonly StackedOutput[];
  /** All outputs of the node, read or not. */
  readonly outputs: readonly Tensor[];
}

/** The live parts of a group's loop. */
export function loopParts({ loops, outputs }: Group, host: Node, loop: Loop): LoopParts {
  const { body, length, reverse, shifts } = loop;
  const count = body.carries.length;
  const inputAt = (i: number) => defined(host.inputs[i], 'input of a loop');
  const live = new Set(outputs.map(({ index }) => index));
  const liveOutput = (index: number) => (live.has(index) ? outputOf(host, index) : undefined);
  const rows = body.rows.flatMap((row, index): StackedOutput[] => {
    const stack = liveOutput(2 * count + index);
    return stack === undefined ? [] : [{ index, row, stack }];
  });
  const carries = body.carries.map(
    (placeholder, index): Carry => ({
      index,
      initial: inputAt(index),
      placeholder,
      next: defined(body.next[index], 'next value of a carry'),
      stack: liveOutput(count + index),
      final: liveOutput(index),
    }),
  );
  return {
    length,
    reverse,
    outer: loops,
    carries: liveCarries(carries, rows),
    sequences: body.sequences.map((placeholder, i) => ({
      source: inputAt(count + i),
      placeholder,
      shift: defined(shifts[i], 'shift of a sequence'),
    })),
    constants: body.constants.map((placeholder, i) => ({
      source: inputAt(count + body.sequences.length + i),
      placeholder,
    })),
    rows,
    outputs: outputsOf(host),
  };
}

/**
 * Carries that are read after the loop, or on which a live row or the next value of a live carry
 * depends.
 */
function liveCarries(carries: readonly Carry[], rows: readonly StackedOutput[]): readonly Carry[] {
  let live = carries.filter(({ stack, final }) => stack !== undefined || final !== undefined);
  for (;;) {
    const needed = [...live.map(({ next }) => next), ...rows.map(({ row }) => row)];
    const nodes = new Set(reachableNodes(needed));
    const known = new Set(live);
    const found = carries.filter((carry) => known.has(carry) || nodes.has(carry.placeholder.node));
    if (found.length === live.length) return found;
    live = found;
  }
}
