/** T5's config.json as several writers have it, its tensor names, and its own configuration. */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { createModel } from '../../../src/models/allKinds';
import { Fields } from '../../../src/models/fields';
import { modelLayout } from '../../../src/models/layout';
import { t5 } from '../../../src/models/t5';
import { initialArena, unpackArena } from '../../../src/nn/arena';
import { defined } from '../../../tools/lib/defined';

const published = defined(t5.published, 'published');
const read = (config: object) => published.configuration(new Fields('config.json', config));

/** As written for the small model of the first release. */
const FIRST = {
  ...{ d_ff: 2048, d_kv: 64, d_model: 512, decoder_start_token_id: 0, dropout_rate: 0.1 },
  ...{ eos_token_id: 1, initializer_factor: 1, is_encoder_decoder: true, model_type: 't5' },
  ...{ layer_norm_epsilon: 1e-6, n_positions: 512, num_heads: 8, num_layers: 6 },
  ...{ output_past: true, pad_token_id: 0, relative_attention_num_buckets: 32, vocab_size: 32128 },
};

const small = { ...FIRST, d_ff: 8, d_kv: 3, d_model: 6, num_heads: 2, vocab_size: 9 };

describe('config.json', () => {
  it('of the first release', () => {
    expect(read(FIRST)).toEqual({
      ...{ sourceVocabulary: 32128, targetVocabulary: 32128, modelSize: 512, heads: 8 },
      ...{ headSize: 64, feedForward: 2048, encoderLayers: 6, decoderLayers: 6, gated: false },
      ...{ activation: 'relu', dropout: 0.1, epsilon: 1e-6, buckets: 32, maxDistance: 128 },
      ...{ tied: 'all', scaledOutput: true, maxLength: 512, startId: 0 },
    });
  });

  it('of 1.1, as older and newer writers have it', () => {
    const gated = { activation: 'geluTanh', gated: true, tied: 'embeddings', scaledOutput: false };
    const own = { feed_forward_proj: 'gated-gelu', num_decoder_layers: 3 };
    const older = { ...FIRST, ...own, tie_word_embeddings: false };
    expect(read(older)).toMatchObject({ ...gated, encoderLayers: 6, decoderLayers: 3 });
    const newer = { ...own, tie_word_embeddings: true, scale_decoder_outputs: false };
    const act = { dense_act_fn: 'gelu_new', is_gated_act: true, num_decoder_layers: null };
    expect(read({ ...FIRST, ...newer, ...act })).toMatchObject({ ...gated, decoderLayers: 6 });
  });

  it('of mT5, whose defaults differ', () => {
    expect(read({ model_type: 'mt5' })).toMatchObject({
      ...{ sourceVocabulary: 250112, modelSize: 512, heads: 6, feedForward: 1024 },
      ...{ encoderLayers: 8, activation: 'geluTanh', gated: true, tied: 'embeddings', startId: 0 },
    });
  });

  it.each([
    ['relu', 'relu', false],
    ['gelu', 'gelu', false],
    ['gated-silu', 'silu', true],
    ['gated-relu', 'relu', true],
  ])('with the feed-forward network %s', (name, activation, gated) => {
    expect(read({ ...FIRST, feed_forward_proj: name })).toMatchObject({ activation, gated });
  });

  it('that cannot be supported or is damaged is refused by name and value', () => {
    const wrong = (config: object) => () => read({ ...FIRST, ...config });
    expect(wrong({ feed_forward_proj: 'gated-sine' })).toThrow(OptionError);
    expect(wrong({ feed_forward_proj: 'gated-sine' })).toThrow(
      `'feed_forward_proj' is 'gated-sine', which is not supported`,
    );
    expect(wrong({ dense_act_fn: 'mish' })).toThrow(`'dense_act_fn' is 'mish'`);
    expect(wrong({ is_encoder_decoder: false })).toThrow("'is_encoder_decoder' is false");
    expect(wrong({ d_model: '512' })).toThrow(FormatError);
    expect(wrong({ relative_attention_num_buckets: 30 })).toThrow(
      'buckets must be a multiple of 4',
    );
  });
});

describe('tensor names', () => {
  const sources = (config: object, has: (name: string) => boolean = () => true) => {
    const own = read(config);
    const keys = published.keys(own);
    const layout = modelLayout(createModel('translation', 't5', own));
    return new Map(
      layout.parameters.map((parameter) => [
        parameter.name,
        keys.sources(parameter, has).map(({ names }) => names),
      ]),
    );
  };
  const EMBEDDINGS = [
    ...['shared.weight', 'encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'],
  ];

  it('are those of the parameters, three of a projection', () => {
    const found = sources(small);
    expect(found.get('encoder.block.5.layer.0.SelfAttention.qkv.weight')).toEqual(
      ['q', 'k', 'v'].map((one) => [`encoder.block.5.layer.0.SelfAttention.${one}.weight`]),
    );
    expect(found.get('decoder.block.0.layer.1.EncDecAttention.kv.weight')).toEqual(
      ['k', 'v'].map((one) => [`decoder.block.0.layer.1.EncDecAttention.${one}.weight`]),
    );
    const bias = 'decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight';
    expect(found.get(bias)).toEqual([[bias]]);
    expect([...found.keys()].filter((name) => name.includes('relative'))).toHaveLength(2);
    expect(found.get('shared.weight')).toEqual([[...EMBEDDINGS, 'lm_head.weight']]);
    expect(found.has('lm_head.weight')).toBe(false);
  });

  it('of an output that may be tied are those of the file', () => {
    const found = sources({ ...small, tie_word_embeddings: true, scale_decoder_outputs: false });
    expect(found.get('shared.weight')).toEqual([EMBEDDINGS]);
    expect(found.get('lm_head.weight')).toEqual([['lm_head.weight', ...EMBEDDINGS]]);
  });

  it('of copies and of what nothing reads are expected', () => {
    const keys = published.keys(read(small));
    const unread = 'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight';
    expect([...EMBEDDINGS, 'lm_head.weight', unread].map(keys.ignores)).not.toContain(false);
    expect(keys.ignores('encoder.block.0.layer.0.SelfAttention.q.bias')).toBe(false);
  });
});

describe('its own configuration', () => {
  const sizes = { sourceVocabulary: 9, targetVocabulary: 8, modelSize: 8, heads: 2 };
  const make = (options: object) => createModel('translation', 't5', { ...sizes, ...options });

  it('is read again from what a model has', () => {
    for (const options of [{}, { tied: 'none', headSize: 5, startId: 3, gated: true }]) {
      const { config } = make(options);
      expect(make(JSON.parse(JSON.stringify(config))).config).toEqual(config);
    }
    expect(make({}).config).toMatchObject({ headSize: 4, tied: 'target', scaledOutput: true });
    expect(make({ tied: 'none' }).config).toMatchObject({ scaledOutput: false });
  });

  it('says which embeddings there are', () => {
    const tables = (options: object) =>
      modelLayout(make(options))
        .parameters.map(({ name }) => name)
        .filter((name) => /shared|embed|lm_head/.test(name));
    const [encoder, decoder] = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'];
    expect(tables({ tied: 'none' })).toEqual([encoder, decoder, 'lm_head.weight']);
    expect(tables({})).toEqual([encoder, decoder]);
    const one = { targetVocabulary: 9 };
    expect(tables({ ...one, tied: 'all' })).toEqual(['shared.weight']);
    expect(tables({ ...one, tied: 'embeddings' })).toEqual(['shared.weight', 'lm_head.weight']);
  });

  it('is refused where values do not fit together', () => {
    expect(() => make({ tied: 'all' })).toThrow("tied 'all' needs one vocabulary, found 9 and 8");
    expect(() => make({ heads: 3 })).toThrow('headSize must be a positive integer');
    expect(() => make({ startId: 8 })).toThrow('startId must be an id of the vocabulary, 0 to 7');
    expect(() => make({ maxDistance: 16 })).toThrow('less than twice maxDistance, found 32 and 16');
    expect(() => make({ activation: 'tanh' })).toThrow(FormatError);
  });

  it('starts queries smaller by the root of the size of a head, which scores are not divided by', () => {
    const layout = modelLayout(make({ modelSize: 64, headSize: 16, heads: 4 }));
    const name = 'encoder.block.0.layer.0.SelfAttention.qkv.weight';
    const { data } = defined(unpackArena(layout, initialArena(layout, 1)).get(name), name);
    const deviation = (part: number) => {
      const size = data.length / 3;
      const own = data.subarray(part * size, (part + 1) * size);
      return Math.sqrt(own.reduce((sum, x) => sum + x * x, 0) / size);
    };
    // Of 4096 values the deviation is known to one part in 90; five times that.
    const want = [1 / 32, 1 / 8, 1 / 8];
    want.forEach((one, part) => {
      expect(Math.abs(deviation(part) / one - 1)).toBeLessThan(5 / 90);
    });
  });
});
