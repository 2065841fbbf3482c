/** A tiny transformer on a made-up language, for tests that need a real training run. */
import { random } from '../../src/core/random';
import type { Device } from '../../src/gpu/device';
import { transformerModel } from '../../src/models/transformerModel';
import { BatchIterator, type EncodedPair } from '../../src/text';
import { Trainer, type TrainerOptions } from '../../src/train/trainer';

export const VOCABULARY = 12;

/** Sequences of 2 to 6 ids whose translation has every id moved by one. */
export function movedPairs(count: number, seed: number): readonly EncodedPair[] {
  const source = random(seed);
  const first = 4;
  return Array.from({ length: count }, () => {
    const ids = Array.from(
      { length: 2 + source.below(5) },
      () => first + source.below(VOCABULARY - first),
    );
    const moved = ids.map((id) => first + ((id - first + 1) % (VOCABULARY - first)));
    return { source: ids, target: moved };
  });
}

export const TINY_OPTIONS: TrainerOptions = {
  maxBatch: 16,
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
  clipNorm: 1,
  labelSmoothing: 0.1,
  padId: 0,
  schedule: { kind: 'warmup', rate: 0.01, warmup: 50 },
  seed: 3,
};

export async function tinyTrainer(
  device: Device,
  options: Partial<TrainerOptions> = {},
): Promise<Trainer> {
  const model = transformerModel({
    sourceVocabulary: VOCABULARY,
    targetVocabulary: VOCABULARY,
    modelSize: 32,
    heads: 4,
    feedForward: 64,
    encoderLayers: 1,
    decoderLayers: 1,
    maxLength: 8,
    normFirst: true,
  });
  return Trainer.create(device, model, { ...TINY_OPTIONS, ...options });
}

export function batchesOf(
  pairs: readonly EncodedPair[],
  steps: number,
  seed = 1,
): Iterable<ReturnType<BatchIterator['next']>['value'] & object> {
  const iterator = new BatchIterator(pairs, { batchSize: 16, cursor: { seed } });
  return (function* () {
    for (let i = 0; i < steps; i++) {
      const { value } = iterator.next();
      if (value !== undefined) yield value;
    }
  })();
}
