/** Work that is timed on the visitor's GPU: the operations that translators are made of. */
import { ops, type Tensor } from 'qkv/graph';

type Shapes = Readonly<Record<string, readonly number[]>>;

export interface Workload {
  /** Shapes of its operands, which stay on the device. */
  readonly operands: Shapes;
  /** Arithmetic operations of a run; a multiply-add counts as two. */
  readonly flops: number;
  build(operand: (name: string) => Tensor): Tensor;
}

/** Sizes: of a product; of rows; of attention (heads, words, size); of an LSTM's layer. */
const SIDE = 512;
const ROWS = 512;
const [HEADS, WORDS, SIZE] = [8, 128, 64];
const [BATCH, LENGTH, WIDTH] = [16, 64, 256];

/** Operations of softmax for each element: maximum, difference, exponential, sum, quotient. */
const SOFTMAX = 5;
const GATES = 4;

export const WORKLOADS = {
  matmul: {
    operands: { a: [SIDE, SIDE], b: [SIDE, SIDE] },
    flops: 2 * SIDE ** 3,
    build: (operand) => ops.matmul(operand('a'), operand('b')),
  },
  softmax: {
    operands: { x: [ROWS, ROWS] },
    flops: SOFTMAX * ROWS * ROWS,
    build: (operand) => ops.softmax(operand('x')),
  },
  attention: {
    operands: {
      q: [1, WORDS, HEADS * SIZE],
      k: [1, WORDS, HEADS * SIZE],
      v: [1, WORDS, HEADS * SIZE],
    },
    flops: HEADS * WORDS * WORDS * (4 * SIZE + SOFTMAX),
    build: (operand) =>
      ops.attention(operand('q'), operand('k'), operand('v'), { heads: HEADS }).output,
  },
  lstm: {
    operands: {
      x: [BATCH, LENGTH, WIDTH],
      weightIn: [GATES * WIDTH, WIDTH],
      weight: [GATES * WIDTH, WIDTH],
      bias: [GATES * WIDTH],
    },
    flops: 2 * BATCH * LENGTH * GATES * WIDTH * (WIDTH + WIDTH),
    build: (operand) => {
      const products = ops.matmul(operand('x'), operand('weightIn'), { transposeB: true });
      return ops.recurrence('lstm', products, operand('weight'), { bias: operand('bias') }).y;
    },
  },
} as const satisfies Readonly<Record<string, Workload>>;

export type WorkloadName = keyof typeof WORKLOADS;
export const WORKLOAD_NAMES: readonly WorkloadName[] = ['matmul', 'softmax', 'attention', 'lstm'];
