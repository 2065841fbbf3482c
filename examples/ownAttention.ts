/**
 * A custom attention block, in which each vector attends to the two keys with the highest scores
 * only.
 */
import type { Device } from 'qkv';
import { compile, dim, f32, ops, type Tensor } from 'qkv/graph';
import * as nn from 'qkv/nn';
import { adam, cosineSchedule, Trainer } from 'qkv/train';

/** Takes and gives [B, T, size]. */
function sparseAttention(size: number, count: number) {
  const [query, key, value] = [nn.linear(size, size), nn.linear(size, size), nn.linear(size, size)];
  return nn.layer((scope, x: Tensor) => {
    const [q, k] = [query(scope.child('query'), x), key(scope.child('key'), x)];
    const scores = ops.scale(ops.matmul(q, k, { transposeB: true }), size ** -0.5);
    const { values } = ops.topK(scores, { k: count });
    const least = ops.slice(values, { starts: [undefined, undefined, count - 1], ends: [] });
    const weights = ops.softmax(scores, { mask: ops.greaterEqual(scores, least) });
    return ops.matmul(scope.note('weights', weights), value(scope.child('value'), x));
  });
}

const [B, T, SIZE] = [dim('B', 16), 6, 8];
const inputs = { x: f32(B, T, SIZE) };
const norm = nn.layerNorm(SIZE);
const attend = sparseAttention(SIZE, 2);
const block = nn.layer((scope, x: Tensor) =>
  ops.add(x, attend(scope, norm(scope.child('norm'), x))),
);

/**
 * Trains the block to copy the first vector to all positions.
 * @returns losses, and the outputs for a batch
 */
export async function trainAttention(device: Device, x: readonly number[][][]) {
  const trainer = await Trainer.create(device, {
    inputs: { ...inputs, target: f32(B, T, SIZE) },
    loss: (scope, { x: input, target }) => ops.square(ops.sub(block(scope, input), target)),
    optimizer: adam({ learningRate: cosineSchedule(0.02, 100) }),
  });
  const batch = { x, target: x.map((rows) => rows.map(() => rows[0] ?? [])) };
  const losses: number[] = [];
  for (let i = 0; i < 100; i++) losses.push((await trainer.step(batch)).loss);
  const run = await compile(device, (s, given) => block(s, given.x), inputs, trainer.parameters);
  const y = await run({ x });
  run.dispose();
  trainer.dispose();
  return { losses, y };
}
