/** Tiny models as files, with weights that nobody trained. */
import { storeFloat32, writeSafetensors } from 'qkv/io';
import {
  allRecipes,
  bahdanauModel,
  type ConfigValues,
  createModel,
  type LanguageModel,
  modelLayout,
  type TranslationModel,
  transformerModel,
  writeDescription,
  writeLanguageDescription,
} from 'qkv/models';
import { initialArena, unpackArena } from 'qkv/nn';
import { type Codec, vocabularyOf } from 'qkv/text';
import { defined } from '../../tools/lib/defined';

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

/** A small model of a kind that has a recipe, and its parameters. */
export type SmallModel = {
  readonly files: TinyFiles;
  readonly codec: Codec;
  readonly arena: Float32Array;
} & (
  | { readonly family: 'translation'; readonly model: TranslationModel }
  | { readonly family: 'language'; readonly model: LanguageModel }
);

/**
 * A small model of a kind, by its recipe; undefined for a family that neither translates nor
 * writes.
 * @param change changes the initial parameters, by name
 */
export function smallModel(
  name: string,
  config: ConfigValues = {},
  change: (name: string, data: Float32Array) => void = () => undefined,
): SmallModel | undefined {
  const recipe = defined(
    allRecipes.find((one) => one.name === name),
    name,
  );
  const { size } = words;
  const own = { ...recipe.small, ...(recipe.hasMaxLength && { maxLength: 8 }), ...config };
  const { family } = recipe.kind;
  if (family === 'translation') {
    const sizes = { sourceVocabulary: size, targetVocabulary: size };
    const model = createModel(family, name, { ...own, ...sizes });
    const text = { unknown: 'error', source: raw, target: raw } as const;
    const json = writeDescription({ model, source: words, target: words, text });
    return { family, model, codec: words, ...parametersOf(model, json, change) };
  }
  if (family === 'language') {
    const model = createModel(family, name, { ...own, vocabulary: size });
    const text = { unknown: 'error', ...raw } as const;
    const json = writeLanguageDescription({ model, vocabulary: words, text });
    return { family, model, codec: words, ...parametersOf(model, json, change) };
  }
  return undefined;
}

function parametersOf(
  model: TranslationModel | LanguageModel,
  json: string,
  change: (name: string, data: Float32Array) => void,
) {
  const layout = modelLayout(model);
  const arena = initialArena(layout, 1);
  const tensors = unpackArena(layout, arena);
  for (const [name, { data }] of tensors) if (data instanceof Float32Array) change(name, data);
  const stored = [...tensors].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  const safetensors = writeSafetensors(new Map(stored));
  return { files: { 'model.json': json, 'model.safetensors': safetensors }, arena };
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
