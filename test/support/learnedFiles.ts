/** A tiny translation model that learns a few pairs by heart, as the files that an app loads. */
import type { Device } from 'qkv';
import { storeFloat32, writeSafetensors } from 'qkv/io';
import {
  bahdanauModel,
  type TranslationModel,
  type TranslationText,
  transformerModel,
  writeDescription,
} from 'qkv/models';
import { PARAMETERS, unpackArena } from 'qkv/nn';
import { type Batch, type Codec, type EncodedPair, makeBatch } from 'qkv/text';
import { Trainer, translationTask } from 'qkv/train';
import type { TinyFiles } from './tinyModels';

export interface Learned {
  readonly files: TinyFiles;
  /** Loss of the last training step. */
  readonly loss: number;
}

export interface Lesson {
  readonly kind: 'transformer' | 'bahdanau';
  readonly source: Codec;
  readonly target: Codec;
  readonly text: TranslationText;
  /** Batches by step. */
  batch(step: number): Batch;
  readonly steps: number;
}

const MAX_LENGTH = 48;

/** One batch of all pairs. */
export const batchOf = (pairs: readonly EncodedPair[]): Batch => makeBatch(pairs);

/** Trains on a device, which stays open. */
export async function learn(device: Device, lesson: Lesson): Promise<Learned> {
  const { source, target, text, steps } = lesson;
  const sizes = { sourceVocabulary: source.size, targetVocabulary: target.size };
  const model: TranslationModel =
    lesson.kind === 'transformer'
      ? transformerModel({
          ...{ ...sizes, maxLength: MAX_LENGTH, dropout: 0 },
          ...{ modelSize: 32, heads: 4, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
        })
      : bahdanauModel({
          ...{ ...sizes, maxLength: MAX_LENGTH, dropout: 0 },
          ...{ embeddingSize: 24, hiddenSize: 32, attentionSize: 24 },
        });
  const batches = Array.from({ length: steps }, (_, step) => lesson.batch(step));
  const maxBatch = Math.max(...batches.map(({ size }) => size));
  const trainer = await Trainer.create(
    device,
    translationTask(model, { maxBatch, padId: target.pad, labelSmoothing: 0 }),
    {
      startup: 'quick',
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
      clipNorm: 1,
      schedule: { kind: 'linear', rate: 0.01, warmup: 10, steps: steps + 1 },
      seed: 3,
    },
  );
  let loss = Number.NaN;
  await trainer.train(batches, {
    onStep: (report) => {
      loss = report.loss;
    },
  });
  const arena = unpackArena(trainer.layout, await trainer.states.read(PARAMETERS));
  const tensors = [...arena].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data)] as const,
  );
  trainer.dispose();
  return {
    loss,
    files: {
      'model.json': writeDescription({ model, source, target, text }),
      'model.safetensors': writeSafetensors(new Map(tensors)),
    },
  };
}
