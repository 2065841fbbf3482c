/** A custom network that learns to classify points as inside or outside of a circle. */
import type { Device } from 'qkv';
import { compile, dim, f32, i32, ops } from 'qkv/graph';
import * as nn from 'qkv/nn';
import { adam, Trainer } from 'qkv/train';

const B = dim('B', 64);
const inputs = { x: f32(B, 2) };
const mlp = nn.sequential(nn.linear(2, 32), nn.relu(), nn.linear(32, 2));

/**
 * Trains the network.
 * @returns the logits [2, 2] of a point inside and a point outside, and the last loss
 */
export async function trainMlp(device: Device) {
  const trainer = await Trainer.create(device, {
    inputs: { ...inputs, y: i32(B) },
    loss: (scope, { x, y }) => ops.crossEntropy(mlp(scope, x), y),
    optimizer: adam({ learningRate: 1e-2 }),
  });
  const points = Array.from({ length: 64 }, (_, i) => [(i % 8) / 4 - 0.9, (i >> 3) / 4 - 0.9]);
  const batch = { x: points, y: points.map((point) => Number(Math.hypot(...point) < 0.8)) };
  let loss = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 200; i++) loss = (await trainer.step(batch)).loss;
  const predict = await compile(device, (s, { x }) => mlp(s, x), inputs, trainer.parameters);
  const logits = await predict({ x: [0, 0, 1, 1] });
  predict.dispose();
  trainer.dispose();
  return { logits, loss };
}
