/** Tiny models as files, with weights that nobody trained. */
import { dim, i32 } from 'qkv/graph';
import { storeFloat32, writeSafetensors } from 'qkv/io';
import {
  allRecipes,
  bahdanauModel,
  bertModel,
  type ConfigValues,
  createModel,
  type DenoisingModel,
  type LanguageModel,
  modelLayout,
  sequenceClassifier,
  type TranslationModel,
  transformerModel,
  writeClassifierDescription,
  writeDenoisingDescription,
  writeDescription,
  writeLanguageDescription,
  writeMaskedDescription,
} from 'qkv/models';
import {
  declareParameters,
  initialArena,
  type NamedTensors,
  type ParameterLayout,
  packArena,
  unpackArena,
} from 'qkv/nn';
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
  | { readonly family: 'denoising'; readonly model: DenoisingModel }
);

/**
 * A small model of a kind, by its recipe; undefined for a family that does not decode.
 * @param change changes the initial parameters, by name
 */
export function smallModel(
  name: string,
  config: ConfigValues = {},
  change?: (name: string, data: Float32Array) => void,
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
    return { family, model, codec: words, ...parametersOf(modelLayout(model), json, change) };
  }
  if (family === 'language') {
    const model = createModel(family, name, { ...own, vocabulary: size });
    const text = { unknown: 'error', ...raw } as const;
    const json = writeLanguageDescription({ model, vocabulary: words, text });
    return { family, model, codec: words, ...parametersOf(modelLayout(model), json, change) };
  }
  if (family === 'denoising') {
    // The mask's id follows those of the vocabulary.
    const model = createModel(family, name, { ...own, vocabulary: size + 1, maskId: size });
    const text = { unknown: 'error', ...raw } as const;
    const json = writeDenoisingDescription({ model, vocabulary: words, text });
    return { family, model, codec: words, ...parametersOf(modelLayout(model), json, change) };
  }
  return undefined;
}

/** A small model that reads a text at once, and its parameters. */
export type SmallReader = ReturnType<typeof smallReader>;

/**
 * A small BERT, or a classifier with labels on it.
 * @param change changes the parameters, by name
 */
export function smallReader(
  labels?: readonly string[],
  config: ConfigValues = {},
  change?: (name: string, data: Float32Array) => void,
) {
  const sizes = { modelSize: 32, heads: 4, feedForward: 64, layers: 1, maxLength: 8 };
  const maskId = words.size;
  const model = bertModel({ ...sizes, ...config, vocabulary: maskId + 1, maskId });
  const labeller = labels === undefined ? model : sequenceClassifier(model, labels.length);
  const inputs = { tokens: i32(1, dim('T', model.maxLength)), lengths: i32(1) };
  const layout = declareParameters(
    (scope, input) =>
      labeller.logits(scope, { tokens: input('tokens'), lengths: input('lengths') }),
    inputs,
  );
  const text = { unknown: 'error', ...raw } as const;
  const description = { model, vocabulary: words, text };
  const json =
    labels === undefined
      ? writeMaskedDescription(description)
      : writeClassifierDescription({ ...description, labels });
  // Larger than at the start of training, so that weights of attention differ.
  const parameters = parametersOf(layout, json, change, 3);
  return { labels, labeller, layout, inputs, maskId, codec: words, ...parameters };
}

function parametersOf(
  layout: ParameterLayout,
  json: string,
  change: (name: string, data: Float32Array) => void = () => undefined,
  factor = 1,
) {
  const initial = initialArena(layout, 1).map((value) => factor * value);
  const tensors = unpackArena(layout, initial);
  for (const [name, { data }] of tensors) if (data instanceof Float32Array) change(name, data);
  const arena = packArena(layout, tensors);
  return { files: { 'model.json': json, 'model.safetensors': safetensorsOf(tensors) }, arena };
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
  const { parameters } = randomParameters(model, seed, scale);
  return {
    'model.json': writeDescription({
      model,
      source: codec,
      target: codec,
      text: { unknown: 'error', source: raw, target: raw },
    }),
    'model.safetensors': parameters,
  };
}

/** Initial parameters, scaled, also as a safetensors file. */
export function randomParameters(model: TranslationModel | LanguageModel, seed: number, scale = 3) {
  const layout = modelLayout(model);
  const arena = initialArena(layout, seed).map((value) => scale * value);
  return { arena, parameters: safetensorsOf(unpackArena(layout, arena)) };
}

function safetensorsOf(tensors: NamedTensors): Uint8Array {
  const stored = [...tensors].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  return writeSafetensors(new Map(stored));
}
