/**
 * Published configurations and names of Llama, Gemma, GPT-2 and BERT: what they become, what is
 * refused, and which tensors hold which parameters.
 */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { bert } from '../../../src/models/bert';
import { Fields } from '../../../src/models/fields';
import { gemma } from '../../../src/models/gemma';
import { gpt2 } from '../../../src/models/gpt2';
import type { ModelKind } from '../../../src/models/kind';
import { llama } from '../../../src/models/llama';
import { defined } from '../../../tools/lib/defined';

const LLAMA = {
  model_type: 'llama',
  vocab_size: 90,
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 2,
  num_attention_heads: 4,
};
const BERT = { ...LLAMA, model_type: 'bert' };
const DISTILBERT = {
  model_type: 'distilbert',
  vocab_size: 90,
  dim: 32,
  hidden_dim: 48,
  n_layers: 2,
  n_heads: 4,
};
const GPT2 = { model_type: 'gpt2', vocab_size: 90, n_embd: 32, n_layer: 2, n_head: 4 };

const read = ({ published }: ModelKind, config: object) =>
  defined(published, 'published').configuration(new Fields('config.json', config));
const keysOf = (kind: ModelKind, config: object) =>
  defined(kind.published, 'published').keys(read(kind, config));
/** The first names of the tensors of a parameter. */
const names = (kind: ModelKind, config: object, name: string, has: readonly string[] = []) =>
  keysOf(kind, config)
    .sources({ name, shape: [] }, (one) => has.includes(one))
    .map((source) => source.names[0]);

describe('config.json of Llama', () => {
  it('leaves out what is as usual, and may say null', () => {
    const usual = { heads: 4, kvHeads: 4, headSize: 8, tied: false, padId: -1, maxLength: 2048 };
    expect(read(llama, LLAMA)).toMatchObject({ ...usual, rotaryScaling: { kind: 'none' } });
    const empty = { head_dim: null, rope_scaling: null, pad_token_id: null, sliding_window: null };
    expect(read(llama, { ...LLAMA, ...empty })).toMatchObject(usual);
  });

  it('says the rotary embedding in two ways', () => {
    const scaled = {
      rope_type: 'llama3',
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 32,
    };
    const own = { kind: 'llama3', factor: 8, low: 1, high: 4, originalLength: 32 };
    const older = { ...LLAMA, rope_theta: 500000, rope_scaling: scaled };
    expect(read(llama, older)).toMatchObject({ rotaryBase: 500000, rotaryScaling: own });
    const newer = { ...LLAMA, rope_parameters: { ...scaled, rope_theta: 500000 } };
    expect(read(llama, newer)).toEqual(read(llama, older));
    const linear = { ...LLAMA, rope_scaling: { type: 'linear', factor: 2 } };
    expect(read(llama, linear)).toMatchObject({ rotaryScaling: { kind: 'linear', factor: 2 } });
  });

  it('of Qwen has biases or norms of heads, and windows that are not used', () => {
    const unused = { sliding_window: 16, use_sliding_window: false, max_position_embeddings: 64 };
    const qwen2 = { ...LLAMA, ...unused, model_type: 'qwen2' };
    expect(read(llama, qwen2)).toMatchObject({ attentionBias: true, headNorms: false });
    const qwen3 = { ...LLAMA, ...unused, model_type: 'qwen3', head_dim: 24 };
    expect(read(llama, qwen3)).toMatchObject({ headNorms: true, headSize: 24 });
  });

  it.each([
    [{ attention_bias: true }, "'attention_bias' true"],
    [{ mlp_bias: true }, "'mlp_bias' true"],
    [{ hidden_act: 'relu' }, "'hidden_act' 'relu'"],
    [{ rope_scaling: { rope_type: 'yarn', factor: 2 } }, "'rope_type' 'yarn'"],
    [{ rope_scaling: { type: 'dynamic', factor: 2 } }, "'rope_type' 'dynamic'"],
    [{ rope_parameters: { full_attention: { rope_theta: 1 } } }, "'rope_parameters'"],
    [{ partial_rotary_factor: 0.5 }, "'partial_rotary_factor' 0.5"],
    [{ model_type: 'mistral', sliding_window: 16 }, "'sliding_window' 16"],
    [{ model_type: 'mistral' }, "'sliding_window' 4096"],
    [{ model_type: 'qwen2', use_sliding_window: true }, "'use_sliding_window' true"],
    [{ layer_types: ['full_attention', 'sliding_attention'] }, "'sliding_attention'"],
  ])('is refused where it asks for another computation: %o', (change, said) => {
    const load = () => read(llama, { ...LLAMA, max_position_embeddings: 8192, ...change });
    expect(load).toThrow(OptionError);
    expect(load).toThrow(said);
  });

  it('is refused where it is damaged', () => {
    expect(() => read(llama, { ...LLAMA, hidden_size: '32' })).toThrow(FormatError);
    expect(() => read(llama, { ...LLAMA, rope_scaling: { type: 'linear' } })).toThrow(FormatError);
  });

  it('of a Mistral without a window is read', () => {
    const mistral = { ...LLAMA, model_type: 'mistral', sliding_window: null };
    expect(read(llama, mistral)).toMatchObject({ modelSize: 32 });
  });
});

describe('names of Llama', () => {
  it('may lack a prefix, and have a copy of a tied matrix', () => {
    const { canonical = String, ignores } = keysOf(llama, { ...LLAMA, tie_word_embeddings: true });
    expect(canonical('model.layers.3.mlp.up_proj.weight')).toBe('layers.3.mlp.up_proj.weight');
    expect(canonical('layers.3.mlp.up_proj.weight')).toBe('layers.3.mlp.up_proj.weight');
    expect(ignores('lm_head.weight')).toBe(true);
    expect(ignores('layers.0.self_attn.rotary_emb.inv_freq')).toBe(true);
    expect(ignores('layers.0.self_attn.q_proj.lora_A.weight')).toBe(false);
    expect(keysOf(llama, LLAMA).ignores('lm_head.weight')).toBe(false);
  });

  it('have queries, keys and values apart', () => {
    const found = names(llama, LLAMA, 'layers.12.self_attn.in_proj_bias');
    expect(found).toEqual(['q', 'k', 'v'].map((one) => `layers.12.self_attn.${one}_proj.bias`));
  });

  it('of Gemma have norms of 1 + w', () => {
    const norm = { name: 'layers.0.norm1.weight', shape: [32] };
    const addedIn = (kind: ModelKind) =>
      keysOf(kind, { ...LLAMA, head_dim: 8 }).sources(norm, () => true)[0]?.added ?? 0;
    expect([addedIn(gemma), addedIn(llama)]).toEqual([1, 0]);
    const options = read(gemma, { ...LLAMA, model_type: 'gemma', head_dim: 8 });
    expect(options).toMatchObject({ embeddingScale: Math.sqrt(32), activation: 'geluTanh' });
  });
});

describe('GPT-2', () => {
  it('has transposed matrices, and masks that are ignored', () => {
    expect(read(gpt2, { ...GPT2, n_inner: null })).toMatchObject({ feedForward: 128, tied: true });
    const { sources, ignores, canonical = String } = keysOf(gpt2, GPT2);
    const of = (name: string) => sources({ name, shape: [] }, () => true);
    expect(of('layers.1.linear1.weight')).toEqual([
      { names: ['h.1.mlp.c_fc.weight'], transposed: true },
    ]);
    expect(of('layers.1.linear1.bias')).toEqual([{ names: ['h.1.mlp.c_fc.bias'] }]);
    expect(of('embedding.weight')).toEqual([{ names: ['wte.weight', 'lm_head.weight'] }]);
    expect(canonical('transformer.h.0.attn.bias')).toBe('h.0.attn.bias');
    expect(['h.0.attn.bias', 'h.10.attn.masked_bias'].map(ignores)).toEqual([true, true]);
    expect(ignores('h.0.attn.c_attn.bias')).toBe(false);
  });

  it.each([
    { scale_attn_weights: false },
    { scale_attn_by_inverse_layer_idx: true },
    { activation_function: 'relu' },
    { add_cross_attention: true },
  ])('is refused with %o', (change) => {
    expect(() => read(gpt2, { ...GPT2, ...change })).toThrow(Object.keys(change)[0]);
  });
});

describe('BERT', () => {
  it('counts positions of RoBERTa from the one after padding', () => {
    const roberta = { ...BERT, model_type: 'roberta', max_position_embeddings: 514 };
    expect(read(bert, roberta)).toMatchObject({ positionOffset: 2, maxLength: 512, padId: 1 });
    expect(read(bert, BERT)).toMatchObject({ positionOffset: 0, types: 2, epsilon: 1e-12 });
    expect(read(bert, DISTILBERT)).toMatchObject({ headActivation: 'relu', modelSize: 32 });
  });

  it.each([
    [BERT, { position_embedding_type: 'relative_key' }],
    [BERT, { is_decoder: true }],
    [BERT, { hidden_act: 'gelu_new' }],
    [BERT, { tie_word_embeddings: false }],
    [DISTILBERT, { activation: 'relu' }],
  ])('is refused: %o with %o', (config, change) => {
    expect(() => read(bert, { ...config, ...change })).toThrow(OptionError);
  });

  it('has names with gamma and beta, with and without a prefix', () => {
    const { canonical = String, ignores } = keysOf(bert, BERT);
    const norm = 'embeddings.LayerNorm';
    expect(canonical(`bert.${norm}.gamma`)).toBe(`${norm}.weight`);
    expect(canonical(`${norm}.beta`)).toBe(`${norm}.bias`);
    expect(canonical(`roberta.${norm}.bias`)).toBe(`${norm}.bias`);
    const heads = ['cls.seq_relationship.weight', 'pooler.dense.bias', 'embeddings.position_ids'];
    expect(heads.map(ignores)).toEqual([true, true, true]);
    expect(ignores('encoder.layer.0.attention.self.distance_embedding.weight')).toBe(false);
  });

  it('has the hidden layer of a classifier under one of three names', () => {
    const { sources } = keysOf(bert, BERT);
    const of = sources({ name: 'pooler.weight', shape: [] }, () => true)[0]?.names;
    expect(of).toEqual(['pre_classifier.weight', 'classifier.dense.weight', 'pooler.dense.weight']);
  });

  it('without a mask only reads', () => {
    const options = { vocabulary: 9, modelSize: 8, heads: 2 };
    const make = (maskId: number) => bert.create('bert', { ...options, maskId });
    expect(make(-1).maskId).toBe(-1);
    expect(() => make(9)).toThrow(OptionError);
    expect(() => bert.create('bert', { ...options, maskId: 1, types: -1 })).toThrow('types');
  });
});
