/** Graphs with loops that several tests use. */
import { type Dim, type Graph, gradients, ops, trace } from 'qkv/graph';

export interface RnnOptions {
  readonly length: Dim;
  readonly batch: Dim;
  readonly from: number;
  readonly to: number;
  readonly reverse?: boolean;
}

/** A tanh layer h' = tanh(x W + h U + b), its squared hidden states as loss, and all gradients. */
export function rnnGraph({ length, batch, from, to, reverse = false }: RnnOptions): Graph {
  const f32 = (...shape: readonly Dim[]) => ({ dtype: 'f32', shape }) as const;
  return trace(
    (inputs) => {
      const [x, h, w, u, b] = [inputs('x'), inputs('h'), inputs('w'), inputs('u'), inputs('b')];
      const { carry, ys } = ops.scan(
        ([before = h], [row = x]) => {
          const sum = ops.add(ops.add(ops.matmul(row, w), ops.matmul(before, u)), b);
          const after = ops.tanh(sum);
          return { carry: [after], y: [after] };
        },
        [h],
        [x],
        { reverse },
      );
      const [last = h] = carry;
      const [hidden = x] = ys;
      const loss = ops.add(ops.sum(ops.mul(hidden, hidden)), ops.sum(last));
      const names = ['x', 'h', 'w', 'u', 'b'];
      const found = gradients(loss, names.map(inputs));
      const grads = Object.fromEntries(names.map((name, i) => [`d${name}`, found[i] ?? loss]));
      return { outputs: { last, hidden, loss, ...grads } };
    },
    {
      inputs: {
        x: f32(length, batch, from),
        h: f32(batch, to),
        w: f32(from, to),
        u: f32(to, to),
        b: f32(to),
      },
    },
  );
}
