/**
 * The parts of a loop that are needed. In: a group whose host is a loop. Out: each part as one record, with the
 * tensors that it has in the body and among the inputs and outputs of the node. What nothing reads is left out.
 */
import type { Dim } from '../../core/dim';
import { defined } from '../../core/errors';
import { outputOf, reachableNodes } from '../../graph/node';
import type { Loop, LoopBody, Node, Tensor } from '../../graph/op';
import { outputsOf } from '../../graph/rebuild';
import type { Group, LoopFrame } from '../schedule/group';

/** A value that an iteration passes to the next one. */
export interface Carry {
  readonly index: number;
  readonly initial: Tensor;
  /** In the body: its placeholder, and its value for the next iteration. */
  readonly placeholder: Tensor;
  readonly next: Tensor;
  /** Outputs of the node that are read: all of its values, [length + 1, ...], and the last one. */
  readonly stack: Tensor | undefined;
  readonly final: Tensor | undefined;
}

/** A tensor of which each iteration reads a row. */
export interface SequenceInput {
  readonly source: Tensor;
  readonly placeholder: Tensor;
  /** Iteration t reads row t + shift. */
  readonly shift: number;
}

/** A tensor from outside that all iterations read. */
export interface ConstantInput {
  readonly source: Tensor;
  readonly placeholder: Tensor;
}

/** An output to which each iteration adds a row. */
export interface StackedOutput {
  readonly index: number;
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
    constants: constantsOf(body, host),
    rows,
    outputs: outputsOf(host),
  };
}

function constantsOf(body: LoopBody, { inputs }: Node): readonly ConstantInput[] {
  const first = body.carries.length + body.sequences.length;
  return body.constants.map((placeholder, i) => ({
    source: defined(inputs[first + i], 'constant of a loop'),
    placeholder,
  }));
}

/** Carries that are read after the loop, or on which a live row or the next value of a live carry depends. */
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
