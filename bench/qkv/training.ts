/**
 * Training steps by the library's trainer, with forward pass, backward pass and Adam in one plan.
 */
import type { Device } from 'qkv';
import type { TranslationModel } from 'qkv/models';
import { packArena } from 'qkv/nn';
import { Trainer, translationTask } from 'qkv/train';
import type { Weight } from '../data/draw';
import { ADAM, LONG_USE } from '../spec';
import type { Planned } from './plan';

/** Ids [batch, length] each, without padding. */
interface Ids {
  readonly source: Int32Array;
  readonly targetInput: Int32Array;
  readonly targetOutput: Int32Array;
}

export async function prepareTraining(
  device: Device,
  model: TranslationModel,
  weights: ReadonlyMap<string, Weight>,
  { source, targetInput, targetOutput }: Ids,
  { batch, length }: { readonly batch: number; readonly length: number },
): Promise<Planned> {
  const translation = { maxBatch: batch, labelSmoothing: 0, padId: 0 };
  const { rate, beta1, beta2, epsilon } = ADAM;
  const trainer = await Trainer.create(device, translationTask(model, translation), {
    optimizer: { kind: 'adam', beta1, beta2, epsilon },
    schedule: { kind: 'constant', rate },
    clipNorm: undefined,
    seed: 1,
    ...LONG_USE,
  });
  const { layout } = trainer;
  const zeros = () => new Float32Array(layout.size);
  trainer.restore({
    step: 0,
    parameters: packArena(layout, weights),
    moments: { exp_avg: zeros(), exp_avg_sq: zeros() },
  });
  const lengths = new Int32Array(batch).fill(length);
  const example = {
    size: batch,
    sourceLength: length,
    targetLength: length,
    source,
    sourceLengths: lengths,
    targetInput,
    targetOutput,
    targetLengths: lengths,
    targetTokens: batch * length,
  };
  return {
    plans: trainer.plans,
    async run() {
      let loss = Number.NaN;
      const onStep = (report: { readonly loss: number }) => {
        loss = report.loss;
      };
      await trainer.train([example], { onStep });
      return Float32Array.of(loss);
    },
    dispose: () => trainer.dispose(),
  };
}
