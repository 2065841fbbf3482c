/** Frozen parameters keep every bit, whatever the optimiser does; the others are trained as ever. */
import { OptionError } from 'qkv';
import { ops } from 'qkv/graph';
import { PARAMETERS, unpackArena } from 'qkv/nn';
import { adamw, defineOptimizer, type OptimizedBy, Trainer } from 'qkv/train';
import { expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { batchesOf, movedPairs, TINY_OPTIONS, TINY_TASKS } from '../support/smallTraining';

const device = useDevice();
const batches = [...batchesOf(movedPairs(64, 1), 3)];
const { task } = TINY_TASKS['bahdanau, general score, GRU']!(TINY_OPTIONS);
const create = (options: Partial<OptimizedBy>) =>
  Trainer.create(device(), task, { optimizer: adamw({ learningRate: 0.01 }), ...options });

/** Moves every parameter at each step, whatever its gradient. */
const restless = defineOptimizer({
  name: 'restless',
  learningRate: 0.1,
  update: ({ parameters, gradients, rate }) => {
    const { add, sub, mul, fill, broadcastTo } = ops;
    const step = mul(gradients, broadcastTo(rate, gradients.shape));
    return { parameters: add(sub(parameters, step), fill(parameters.shape, 1)) };
  },
});

it.each([
  ['AdamW, whose weight decay needs no gradient', adamw({ learningRate: 0.01, weightDecay: 0.5 })],
  ['an optimiser of one’s own', restless],
])('%s', async (_, optimizer) => {
  const trainer = await create({ optimizer, freeze: ['src_embed', 'encoder', 'out.bias'] });
  const before = unpackArena(trainer.layout, await trainer.states.read(PARAMETERS));
  await trainer.train(batches);
  const after = unpackArena(trainer.layout, await trainer.states.read(PARAMETERS));
  const isFrozen = (name: string) => /^(src_embed|encoder)\.|^out\.bias$/.test(name);
  const kept = [...before].filter(([name, { data }]) => `${data}` === `${after.get(name)!.data}`);
  expect(kept.map(([name]) => name)).toEqual([...before.keys()].filter(isFrozen));
  expect(kept.length).toBeGreaterThan(5);
  trainer.dispose();
});

it('is refused for names that are not there, and where nothing is left', async () => {
  const frozen = (freeze: readonly string[]) => create({ freeze });
  await expect(frozen(['src_embed', 'decoder'])).rejects.toThrow(OptionError);
  await expect(frozen(['decoder'])).rejects.toThrow("no parameter is called 'decoder'");
  await expect(frozen(['src_embe'])).rejects.toThrow("no parameter is called 'src_embe'");
  const all = (await create({})).layout.parameters.map(({ name }) => name);
  await expect(frozen(all)).rejects.toThrow('nothing to train');
});
