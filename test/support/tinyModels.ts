/** Tiny models as files, with weights that nobody trained. */
import { storeFloat32, writeSafetensors } from 'qkv/io';
import {
  bahdanauModel,
  modelLayout,
  type TranslationModel,
  transformerModel,
  writeDescription,
} from 'qkv/models';
import { initialArena, unpackArena } from 'qkv/nn';
import { type Codec, vocabularyOf } from 'qkv/text';

const words = vocabularyOf(['<pad>', '<bos>', '<eos>', '<unk>', ...'abcdefgh']);

const raw = { case: 'cased', tokenised: false, unit: 'word' } as const;

const sizesOf = ({ size }: Codec) => ({
  sourceVocabulary: size,
  targetVocabulary: size,
  maxLength: 8,
});

export const TINY_SENTENCE = 'a c e';

/** model.json and model.safetensors by name. */
export type TinyFiles = Readonly<Record<'model.json' | 'model.safetensors', string | Uint8Array>>;

/** The same for the same seed. */
export function tinyTransformer(seed = 1, codec: Codec = words): TinyFiles {
  const sizes = { modelSize: 16, heads: 2, feedForward: 32, encoderLayers: 1, decoderLayers: 1 };
  return filesOf(transformerModel({ ...sizesOf(codec), ...sizes }), codec, seed);
}

/** The same for the same seed. */
export function tinyBahdanau(seed = 1): TinyFiles {
  const sizes = { embeddingSize: 8, hiddenSize: 12, attentionSize: 8 };
  return filesOf(bahdanauModel({ ...sizesOf(words), ...sizes }), words, seed);
}

/**
 * A model's initial parameters as files.
 * @param scale of the parameters: larger than at the start of training, so that something is said
 */
export function filesOf(
  model: TranslationModel,
  codec: Codec = words,
  seed = 1,
  scale = 3,
): TinyFiles {
  const layout = modelLayout(model);
  const arena = initialArena(layout, seed).map((value) => scale * value);
  const tensors = [...unpackArena(layout, arena)].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  return {
    'model.json': writeDescription({
      model,
      source: codec,
      target: codec,
      text: { unknown: 'error', source: raw, target: raw },
    }),
    'model.safetensors': writeSafetensors(new Map(tensors)),
  };
}
