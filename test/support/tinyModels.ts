/** Tiny models as files, with weights that nobody trained. */

import { storeFloat32, writeSafetensors } from '../../src/io';
import { bahdanauModel } from '../../src/models/bahdanau';
import { modelLayout } from '../../src/models/layout';
import type { TranslationModel } from '../../src/models/model';
import { transformerModel } from '../../src/models/transformerModel';
import { initialArena, unpackArena } from '../../src/nn/arena';
import { writeDescription } from '../../src/tasks/modelFiles';
import { vocabularyOf } from '../../src/text';

const vocabulary = vocabularyOf(['<pad>', '<bos>', '<eos>', '<unk>', ...'abcdefgh']);

const SIZES = {
  sourceVocabulary: vocabulary.size,
  targetVocabulary: vocabulary.size,
  maxLength: 8,
};

export const TINY_SENTENCE = 'a c e';

/** model.json and model.safetensors by name. */
export type TinyFiles = Readonly<Record<'model.json' | 'model.safetensors', string | Uint8Array>>;

/** The same for the same seed. */
export function tinyTransformer(seed = 1): TinyFiles {
  const sizes = { modelSize: 16, heads: 2, feedForward: 32, encoderLayers: 1, decoderLayers: 1 };
  return filesOf(transformerModel({ ...SIZES, ...sizes }), seed);
}

/** The same for the same seed. */
export function tinyBahdanau(seed = 1): TinyFiles {
  const sizes = { embeddingSize: 8, hiddenSize: 12, attentionSize: 8 };
  return filesOf(bahdanauModel({ ...SIZES, ...sizes }), seed);
}

function filesOf(model: TranslationModel, seed: number): TinyFiles {
  const layout = modelLayout(model);
  // Larger than at the start of training, so that something is said.
  const arena = initialArena(layout, seed).map((value) => 3 * value);
  const tensors = [...unpackArena(layout, arena)].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  return {
    'model.json': writeDescription({
      model,
      source: vocabulary,
      target: vocabulary,
      text: { unknown: 'error' },
    }),
    'model.safetensors': writeSafetensors(new Map(tensors)),
  };
}
