/** Training that yields: what somebody waits for goes before the next step. */
import { Decoder } from 'qkv/generate';
import { expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { batchesOf, movedPairs, tinyTrainer } from '../support/smallTraining';

const device = useDevice();
const STEPS = 12;

/** Steps that were done when a sentence that was asked for during the third step was decoded. */
async function stepsMeanwhile(yields: boolean): Promise<readonly [number, number]> {
  const { trainer, model } = await tinyTrainer(device());
  const decoder = await Decoder.create(device(), model, trainer.layout, trainer.states, {
    maxBatch: 1,
    ids: { pad: 0, bos: 1, eos: 2 },
    startup: 'quick',
  });
  const source = { shape: [1, 4], data: Int32Array.of(5, 6, 7, 2) };
  let decoded: Promise<number> | undefined;
  await trainer.train(batchesOf(movedPairs(64, 5), STEPS), {
    yields,
    onStep: ({ step }) => {
      if (step !== 3) return;
      const lengths = { shape: [1], data: Int32Array.of(4) };
      decoded = decoder.decode(source, lengths).then(() => trainer.stepCount);
    },
  });
  const total = trainer.stepCount;
  const meanwhile = (await decoded) ?? Number.NaN;
  decoder.dispose();
  trainer.dispose();
  return [meanwhile, total];
}

it('no step begins while a sentence is decoded, and training ends all the same', async () => {
  expect(await stepsMeanwhile(true)).toEqual([3, STEPS]);
});

it('without it steps go on meanwhile', async () => {
  const [meanwhile, total] = await stepsMeanwhile(false);
  expect(meanwhile).toBeGreaterThan(3);
  expect(total).toBe(STEPS);
});
