/**
 * A published language model as a kind of one's own: the character LSTM of ml5.js, which read
 * Shakespeare. Its parameters are loaded as they stand. It knows no special tokens: their ids follow
 * those of its characters, its embedding has zeros for them, and they are never generated.
 */
import { FormatError } from 'qkv';
import { dims, f32, ops, type Tensor } from 'qkv/graph';
import * as models from 'qkv/models';
import * as nn from 'qkv/nn';
import { vocabularyOf } from 'qkv/text';

const SPECIAL = { pad: '<pad>', bos: '<bos>', eos: '<eos>' };
const SIZES = ['characters', 'embeddingSize', 'hiddenSize', 'layers', 'maxLength'] as const;
type Sizes = Readonly<Record<(typeof SIZES)[number], number>>;

const minus = (x: Tensor, by: number) => ops.sub(x, ops.fill(x.shape, by, 'i32'));
/** The columns from `start` to `end`. @param x [B, N] */
const columns = (x: Tensor, start: number, end?: number) =>
  ops.slice(x, { starts: [undefined, start], ends: [undefined, end] });

function characterModel(config: Sizes): models.LanguageModel {
  const { characters, embeddingSize, hiddenSize, layers, maxLength } = config;
  const embed = nn.embedding(characters, embeddingSize);
  const lstm = nn.lstm(embeddingSize, hiddenSize, { layers });
  const out = nn.linear(hiddenSize, characters);
  const vectors = (scope: nn.Scope, ids: Tensor) => embed(scope.child('embedding'), ids);
  /** Reads the characters after bos. */
  const read = (scope: nn.Scope, ids: Tensor, lengths?: Tensor) =>
    lstm.withStates(scope.child('rnn'), vectors(scope, columns(ids, 1)), { lengths });
  const predict = (scope: nn.Scope, x: Tensor) => {
    const before = x.shape.map(() => 0);
    const after = [...before.slice(1), Object.keys(SPECIAL).length];
    return ops.pad(out(scope.child('out'), x), { before, after, value: -1e30 });
  };
  // Hidden and cell state of each layer, side by side: [B, 2 * layers * hiddenSize].
  const joined = (states: readonly nn.RecurrentState[]) =>
    ops.concat(
      states.flatMap(({ hidden, cell = hidden }) => [hidden, cell]),
      1,
    );
  const part = (state: Tensor, i: number) => columns(state, i * hiddenSize, (i + 1) * hiddenSize);
  const parted = (state: Tensor) =>
    Array.from({ length: layers }, (_, i) => ({
      hidden: part(state, 2 * i),
      cell: part(state, 2 * i + 1),
    }));
  const model = models.decodable({
    kind: 'character-lstm',
    vocabulary: characters + Object.keys(SPECIAL).length,
    maxLength,
    decoderState: (batch) => ({ state: f32(batch, 2 * layers * hiddenSize) }),
    // The first step reads the prompt's last character.
    encode: (scope, prompt, lengths) => ({
      state: joined(read(scope, prompt, minus(lengths, 2)).final),
    }),
    firstToken: (prompt, lengths) =>
      ops.gather(prompt, ops.reshape(minus(lengths, 1), [dims(prompt, 2, 'prompt')[0], 1]), {
        axis: 1,
      }),
    step: (scope, { token, state }) => {
      const x = ops.reshape(vectors(scope, token), [dims(token, 2, 'token')[0], embeddingSize]);
      const next = joined(lstm.step(scope.child('rnn'), x, parted(state('state'))));
      // bos changes nothing.
      const isCharacter = ops.less(token, ops.fill(token.shape, characters, 'i32'));
      const kept = ops.where(isCharacter, next, state('state'));
      return { logits: predict(scope, part(kept, 2 * layers - 2)), state: { state: kept } };
    },
  });
  const logits: models.LanguageModel['logits'] = (scope, { targetInput }) =>
    predict(scope, ops.pad(read(scope, targetInput).y, { before: [0, 1, 0], after: [0, 0, 0] }));
  return { ...model, config, logits };
}

const isSizes = (config: unknown): config is Sizes =>
  typeof config === 'object' && config !== null && SIZES.every((name) => name in config);

/** The option `kinds: [characterLstm]` of a load. */
export const characterLstm: models.ModelKind<'language'> = {
  family: 'language',
  names: ['character-lstm'],
  create: (name, config) => {
    if (isSizes(config)) return characterModel(config);
    throw new FormatError(`${name}: expected a configuration with ${SIZES.join(', ')}`);
  },
};

/** The published configuration. */
export interface CharacterConfig {
  /** The id of each character. */
  readonly characters: Readonly<Record<string, number>>;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
}

/** Files for `Writer.load`. @param parameters the published file, as safetensors */
export function characterFiles(published: CharacterConfig, parameters: Uint8Array, maxLength = 80) {
  const { characters, embeddingSize, hiddenSize, layers } = published;
  const sorted = Object.entries(characters).sort(([, a], [, b]) => a - b);
  const tokens = sorted.map(([character]) => character);
  const vocabulary = vocabularyOf([...tokens, ...Object.values(SPECIAL)], SPECIAL);
  const model = characterModel({
    characters: tokens.length,
    embeddingSize,
    hiddenSize,
    layers,
    maxLength,
  });
  const text = { unknown: 'error', case: 'cased', tokenised: false, unit: 'character' } as const;
  const json = models.writeLanguageDescription({ model, vocabulary, text });
  return { 'model.json': json, 'model.safetensors': parameters };
}
