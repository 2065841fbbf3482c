/** A custom optimiser: Lion (Chen et al. 2023), whose updates are the sign of the momentum. */
import type { Device } from 'qkv';
import { dim, f32, ops, type Tensor } from 'qkv/graph';
import * as nn from 'qkv/nn';
import { defineOptimizer, type LearningRate, linearSchedule, Trainer } from 'qkv/train';

const mix = (a: Tensor, b: Tensor, part: number) =>
  ops.add(ops.scale(a, part), ops.scale(b, 1 - part));

function lion(learningRate: LearningRate, { beta1 = 0.9, beta2 = 0.99 } = {}) {
  return defineOptimizer({
    name: 'lion',
    learningRate,
    states: { momentum: 0 },
    update: ({ parameters, gradients, rate, states: { momentum } }) => {
      const direction = mix(momentum, gradients, beta1);
      const zero = ops.zerosLike(direction);
      const isUp = ops.cast(ops.greater(direction, zero), 'f32');
      const sign = ops.sub(isUp, ops.cast(ops.less(direction, zero), 'f32'));
      return {
        parameters: ops.sub(parameters, ops.mul(rate, sign)),
        momentum: mix(momentum, gradients, beta2),
      };
    },
  });
}

const [B, line] = [dim('B', 32), nn.linear(1, 1)];

/** Fits a line to points. @returns the losses */
export async function fitLine(device: Device, x: readonly number[], y: readonly number[]) {
  const trainer = await Trainer.create(device, {
    inputs: { x: f32(B, 1), y: f32(B, 1) },
    loss: (scope, given) => ops.square(ops.sub(line(scope, given.x), given.y)),
    optimizer: lion(linearSchedule(0.05, 200)),
  });
  const losses: number[] = [];
  for (let i = 0; i < 200; i++) losses.push((await trainer.step({ x, y })).loss);
  const values = await trainer.parameters.read();
  trainer.dispose();
  return { losses, slope: values.get('weight')?.data[0], shift: values.get('bias')?.data[0] };
}
