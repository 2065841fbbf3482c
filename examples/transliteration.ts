/**
 * A published translation model as a kind of one's own: the transformer of CTranslate2's tests,
 * which writes Arabic names in Latin letters. It is built from layers with nn.Transformer's names,
 * so that its parameters are loaded as they stand.
 */
import { FormatError } from 'qkv';
import { type Dim, f32, ops, type Tensor } from 'qkv/graph';
import * as models from 'qkv/models';
import * as nn from 'qkv/nn';
import { vocabularyOf } from 'qkv/text';

const SIZES = [
  'd_model',
  'nhead',
  'dim_feedforward',
  'num_encoder_layers',
  'num_decoder_layers',
] as const;
/** The published configuration: sizes, and the characters of both sides but the unknown one, the last. */
export interface TransliterationConfig extends Readonly<Record<(typeof SIZES)[number], number>> {
  readonly src_vocab: readonly string[];
  readonly tgt_vocab: readonly string[];
}

const MOST = 32;
const SPECIAL = { pad: '<blank>', bos: '<s>', eos: '</s>', unk: '<unk>' };

function transliterationModel(config: TransliterationConfig): models.TranslationModel {
  const { d_model: size, nhead: heads, dim_feedforward: feedForward } = config;
  const options = { feedForward, normFirst: true, dropout: 0 };
  const norm = nn.layerNorm(size);
  const encoder = nn.stack(nn.encoderLayer(size, heads, options), config.num_encoder_layers, norm);
  const layer = nn.decoderLayer(size, heads, options);
  const decoder = nn.stack(layer, config.num_decoder_layers, norm);
  const [sources, targets] = [config.src_vocab.length + 1, config.tgt_vocab.length + 1];
  const positions = nn.sinusoidalPositions(MOST, size, {
    layout: 'halves',
    first: 1,
    denominator: 'halfMinusOne',
  });
  const embed = (scope: nn.Scope, name: string, count: number, ids: Tensor, offset?: Tensor) =>
    positions(
      scope,
      ops.scale(nn.embedding(count, size)(scope.child(name), ids), Math.sqrt(size)),
      offset,
    );
  const part = (scope: nn.Scope, name: string) => scope.child('transformer').child(name);
  const predict = (scope: nn.Scope, x: Tensor) =>
    nn.linear(size, targets)(scope.child('generator'), x);
  // The published model reads no eos.
  const withoutEos = (lengths: Tensor) => ops.sub(lengths, ops.fill(lengths.shape, 1, 'i32'));
  const encode = (scope: nn.Scope, source: Tensor, lengths: Tensor) =>
    encoder(part(scope, 'encoder'), embed(scope, 'src_embed', sources, source), {
      keyLengths: withoutEos(lengths),
    });
  const each = Array.from({ length: config.num_decoder_layers }, (_, i) => `layers.${i}`);
  const named = <T>(prefix: string, make: (name: string) => T) =>
    Object.fromEntries(each.map((name) => [prefix + name, make(name)]));
  /** Keys and values of each layer. */
  const pairs = (batch: Dim, length: Dim) => f32(batch, length, 2 * size);
  const model = models.decodable({
    kind: 'transliteration',
    vocabulary: targets,
    sourceVocabulary: sources,
    attends: true,
    maxLength: MOST,
    memoryTypes: (batch, length) => named('memory.', () => pairs(batch, length)),
    decoderState: (batch) => named('cache.', () => pairs(batch, MOST)),
    encode: (scope, source, lengths) => {
      const y = encode(scope, source, lengths);
      return named('memory.', (name) => layer.projectMemory(part(scope, 'decoder').child(name), y));
    },
    step: (scope, { token, position, lengths, memory, state, needsAttention }) => {
      let x = embed(scope, 'tgt_embed', targets, token, position);
      let attention: Tensor | undefined;
      const caches = each.map((name) => {
        const from = { projected: memory(`memory.${name}`), lengths: withoutEos(lengths) };
        const before = { kind: 'cached', cache: state(`cache.${name}`), position } as const;
        const result = layer.apply(
          part(scope, 'decoder').child(name),
          x,
          from,
          before,
          needsAttention,
        );
        ({ output: x, attention } = result);
        return [`cache.${name}`, result.cache];
      });
      const logits = predict(scope, norm(part(scope, 'decoder').child('norm'), x));
      return {
        logits,
        state: Object.fromEntries(caches),
        attention: attention && ops.mean(attention, { axis: [1, 2] }),
      };
    },
  });
  return {
    ...model,
    config,
    logits: (scope, { source, sourceLengths, targetInput }) => {
      const memory = encode(scope, source, sourceLengths);
      const x = embed(scope, 'tgt_embed', targets, targetInput);
      const memoryLengths = withoutEos(sourceLengths);
      return predict(scope, decoder(part(scope, 'decoder'), x, memory, { memoryLengths }));
    },
  };
}

const isPublished = (config: unknown): config is TransliterationConfig =>
  typeof config === 'object' &&
  config !== null &&
  [...SIZES, 'src_vocab', 'tgt_vocab'].every((name) => name in config);

/** The option `kinds: [transliteration]` of a load. */
export const transliteration: models.ModelKind<'translation'> = {
  family: 'translation',
  names: ['transliteration'],
  create: (name, config) => {
    if (isPublished(config)) return transliterationModel(config);
    throw new FormatError(`${name}: expected the published configuration`);
  },
};

/** Files for `Translator.load`. @param parameters the published file, as safetensors */
export function transliterationFiles(published: TransliterationConfig, parameters: Uint8Array) {
  const convention = { case: 'cased', tokenised: false, unit: 'character' } as const;
  const json = models.writeDescription({
    model: transliterationModel(published),
    source: vocabularyOf([...published.src_vocab, SPECIAL.unk], SPECIAL),
    target: vocabularyOf([...published.tgt_vocab, SPECIAL.unk], SPECIAL),
    text: { unknown: 'unk', source: convention, target: convention },
  });
  return { 'model.json': json, 'model.safetensors': parameters };
}
