/**
 * A custom recurrent cell by `scan`: the minimal gated unit (Zhou et al. 2016), which has a single
 * gate.
 */
import type { Device } from 'qkv';
import { dim, dims, f32, ops, type Tensor } from 'qkv/graph';
import * as nn from 'qkv/nn';
import { rmsprop, Trainer } from 'qkv/train';

/**
 * f = sigmoid(W x + U h), h' = (1 - f) h + f tanh(V x + R (f h)). Takes [B, T, inputs], gives [B,
 * size].
 */
function minimalGatedUnit(inputs: number, size: number) {
  const [ofInput, ofState] = [nn.linear(inputs, size), nn.linear(size, size, { bias: false })];
  return nn.layer((scope, x: Tensor) => {
    const start = ops.fill([dims(x, 3, 'x')[0], size], 0);
    const products = (name: string) =>
      ops.transpose(ofInput(scope.child(`${name}_input`), x), [1, 0, 2]);
    const recurrent = (name: string, h: Tensor) => ofState(scope.child(`${name}_state`), h);
    const { carry } = ops.scan(
      ([h], [gate, candidate]) => {
        const f = ops.sigmoid(ops.add(gate, recurrent('gate', h)));
        const next = ops.tanh(ops.add(candidate, recurrent('candidate', ops.mul(f, h))));
        return { carry: [ops.add(h, ops.mul(f, ops.sub(next, h)))], y: [] };
      },
      [start],
      [products('gate'), products('candidate')],
    );
    return carry[0];
  });
}

const [B, T, SIZE] = [dim('B', 64), dim('T', 16), 16];
const model = nn.sequential(minimalGatedUnit(1, SIZE), nn.linear(SIZE, 1));

/** Trains the model to predict the sums of sequences [B, T]. @returns the losses */
export async function trainCell(device: Device, x: readonly number[][], steps: number) {
  const trainer = await Trainer.create(device, {
    inputs: { x: f32(B, T, 1), sum: f32(B, 1) },
    loss: (scope, given) => ops.square(ops.sub(model(scope, given.x), given.sum)),
    optimizer: rmsprop({ learningRate: 3e-3 }),
    clipNorm: 1,
  });
  const rows = x.map((row) => row.map((value) => [value]));
  const batch = { x: rows, sum: x.map((row) => row.reduce((a, b) => a + b, 0)) };
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await trainer.step(batch)).loss);
  trainer.dispose();
  return losses;
}
