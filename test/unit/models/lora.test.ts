/** Adapters in PEFT's layout: which layers patterns name, what is refused, what merging gives. */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { i32 } from '../../../src/core/shape';
import { writeSafetensors } from '../../../src/io';
import { bert } from '../../../src/models/bert';
import { sequenceClassifier } from '../../../src/models/classifier';
import { gpt2 } from '../../../src/models/gpt2';
import { llama } from '../../../src/models/llama';
import { mergeAdapter, readAdapter, writeAdapter } from '../../../src/models/lora/adapter';
import { type LoraOptions, loraConfig, parseLoraConfig } from '../../../src/models/lora/config';
import { isTarget, valueFor } from '../../../src/models/lora/matching';
import { loraPlan } from '../../../src/models/lora/plan';
import { initialArena, unpackArena } from '../../../src/nn/arena';
import { loraLayout } from '../../../src/nn/lora';
import { declareParameters } from '../../../src/nn/parameters';
import { defined } from '../../../tools/lib/defined';

const SIZES = { vocabulary: 20, modelSize: 16, heads: 4, feedForward: 24, layers: 2, maxLength: 8 };

function languageModel(kind: typeof llama, config: object) {
  const model = kind.create('', config);
  const layout = declareParameters(
    (scope, input) => model.logits(scope, { targetInput: input('ids') }),
    { ids: i32(2, 4) },
  );
  return { layout, keys: defined(kind.published, 'published').keys(config) };
}

const grouped = languageModel(llama, { ...SIZES, kvHeads: 2 });
const planOf = (options: LoraOptions, { layout, keys } = grouped) =>
  loraPlan(loraConfig(options), layout, keys);
const PREFIX = 'base_model.model.';
const layersOf = (options: LoraOptions, model = grouped) =>
  planOf(options, model).targets.map(({ name }) => name.slice(PREFIX.length));

describe('target_modules', () => {
  it('names layers by their ends, as a whole, by an expression, or all', () => {
    expect(layersOf({ target_modules: ['q_proj', 'model.layers.1.mlp.up_proj'] })).toEqual([
      'model.layers.0.self_attn.q_proj',
      'model.layers.1.self_attn.q_proj',
      'model.layers.1.mlp.up_proj',
    ]);
    expect(layersOf({ target_modules: '.*layers\\.0\\..*(q|v)_proj' })).toEqual([
      'model.layers.0.self_attn.q_proj',
      'model.layers.0.self_attn.v_proj',
    ]);
    const all = layersOf({ target_modules: 'all-linear' });
    expect(all).toHaveLength(14);
    expect(all.some((name) => /lm_head|embed/.test(name))).toBe(false);
    expect(layersOf({ target_modules: ['lm_head'] })).toEqual(['lm_head']);
  });

  it('is narrowed by exclude_modules, and by the numbers of layers', () => {
    const options = { target_modules: ['q_proj', 'v_proj'] };
    expect(layersOf({ ...options, exclude_modules: ['v_proj'] })).toHaveLength(2);
    expect(layersOf({ ...options, exclude_modules: '.*0\\.self_attn.*' })).toEqual([
      'model.layers.1.self_attn.q_proj',
      'model.layers.1.self_attn.v_proj',
    ]);
    expect(layersOf({ ...options, layers_to_transform: [1] })).toHaveLength(2);
    const named = { ...options, layers_to_transform: [0], layers_pattern: ['layers'] };
    expect(layersOf(named)).toEqual([
      'model.layers.0.self_attn.q_proj',
      'model.layers.0.self_attn.v_proj',
    ]);
    expect(() => layersOf({ ...named, layers_pattern: ['h'] })).toThrow(/names no linear layer/);
  });

  it('matches whole names and last parts, never parts of words', () => {
    const config = loraConfig({ target_modules: ['proj'] });
    expect(isTarget('a.proj', config)).toBe(true);
    expect(isTarget('proj', config)).toBe(true);
    expect(isTarget('a.q_proj', config)).toBe(false);
    const pattern = loraConfig({ target_modules: 'a.*proj' });
    expect(isTarget('a.q_proj', pattern)).toBe(true);
    expect(isTarget('b.a.q_proj', pattern)).toBe(false);
    expect(() => isTarget('a', loraConfig({ target_modules: '(' }))).toThrow(OptionError);
  });

  it('finds rows of fused matrices, whose keys and values have fewer heads', () => {
    const { targets } = planOf({ target_modules: ['q_proj', 'k_proj', 'v_proj'] });
    expect(targets.slice(0, 3).map(({ from, rows }) => [from, rows])).toEqual([
      [0, 16],
      [16, 8],
      [24, 8],
    ]);
  });

  it('names layers of GPT-2 as its model with a head does', () => {
    const model = languageModel(gpt2, SIZES);
    const names = layersOf({ target_modules: ['c_attn'] }, model);
    expect(names[0]).toBe('transformer.h.0.attn.c_attn');
    const [target] = planOf({ target_modules: ['c_attn'] }, model).targets;
    expect(target).toMatchObject({ from: 0, rows: 48, inputs: 16 });
  });
});

describe('ranks and scales', () => {
  it('follow patterns for the ends of names, and the square root of rsLoRA', () => {
    const options: LoraOptions = {
      ...{ r: 4, lora_alpha: 6, target_modules: ['q_proj'] },
      rank_pattern: { 'layers.0.self_attn.q_proj': 2 },
      alpha_pattern: { '.*1.self_attn.q_proj': 3 },
    };
    const found = planOf(options).targets.map(({ rank, scale }) => [rank, scale]);
    expect(found).toEqual([
      [2, 3],
      [4, 0.75],
    ]);
    const [first] = planOf({ ...options, use_rslora: true }).targets;
    expect(first?.scale).toBeCloseTo(6 / Math.SQRT2, 12);
    expect(valueFor('a.bc', { c: 1, bc: 2 }, 0)).toBe(2);
  });
});

describe('a configuration', () => {
  const base = { peft_type: 'LORA', target_modules: ['q_proj'] };
  it.each([
    ['use_dora', true],
    ['bias', 'all'],
    ['bias', 'lora_only'],
    ['lora_bias', true],
    ['init_lora_weights', 'pissa'],
    ['alora_invocation_tokens', [1]],
    ['trainable_token_indices', [1, 2]],
    ['target_parameters', ['experts']],
    ['layer_replication', [[0, 2]]],
    ['peft_type', 'LOHA'],
    ['a_method_of_tomorrow', { on: 1 }],
  ])('is refused by name and value: %s %j', (name, value) => {
    const reading = () => parseLoraConfig({ ...base, [name]: value });
    expect(reading).toThrow(OptionError);
    const written = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
    expect(reading).toThrow(`${name} ${written}`);
  });

  it.each([
    ['r', 0, OptionError],
    ['r', 'four', FormatError],
    ['lora_dropout', 1, OptionError],
    ['rank_pattern', { a: 1.5 }, OptionError],
    ['target_modules', [1], FormatError],
    ['layers_pattern', ['h'], OptionError],
  ])('is refused with a damaged or invalid field: %s %j', (name, value, error) => {
    expect(() => parseLoraConfig({ ...base, [name]: value })).toThrow(error);
  });

  it('may name other methods that are off, and has fields for others', () => {
    const off = { use_dora: false, eva_config: null, loftq_config: {}, peft_version: '0.21.2' };
    expect(parseLoraConfig({ ...base, ...off }).r).toBe(8);
    expect(() => loraConfig({ target_modules: '.*', layers_to_transform: [0] })).toThrow(
      /regular expression/,
    );
  });
});

describe('an adapter', () => {
  const config = loraConfig({ r: 2, lora_alpha: 3, target_modules: ['v_proj', 'down_proj'] });
  const plan = loraPlan(config, grouped.layout, grouped.keys);
  const own = loraLayout(plan);
  const arena = initialArena(own, 1).map((value, i) => value + Math.sin(i));
  const tensors = unpackArena(own, arena);

  it('is written and read', () => {
    const files = writeAdapter({ config, tensors });
    const again = readAdapter(files);
    expect([...again.tensors.keys()].toSorted()).toEqual([...tensors.keys()].toSorted());
    for (const [name, { shape, data }] of tensors) {
      expect(again.tensors.get(name)).toEqual({ shape, data });
    }
    expect(again.config).toEqual(config);
    expect(loraPlan(again.config, grouped.layout, grouped.keys, again)).toEqual(plan);
  });

  it('is refused with tensors of another model or method', () => {
    const plans = (changed: ReadonlyMap<string, { shape: number[]; data: Float32Array }>) => () =>
      loraPlan(config, grouped.layout, grouped.keys, {
        tensors: new Map([...tensors, ...changed]),
      });
    const [first = ''] = tensors.keys();
    const one = { shape: [1], data: new Float32Array(1) };
    expect(plans(new Map([[first, one]]))).toThrow(/the file has \[1\]/);
    expect(plans(new Map([['base_model.model.x.lora_magnitude_vector', one]]))).toThrow(
      /belongs to no layer/,
    );
    const damaged = { 'adapter_config.json': '{', 'adapter_model.safetensors': new Uint8Array() };
    expect(() => readAdapter(damaged)).toThrow(FormatError);
    const bytes = new Map([['x', { dtype: 'I32', shape: [1], bytes: new Uint8Array(4) } as const]]);
    const ints = {
      ...writeAdapter({ config, tensors }),
      'adapter_model.safetensors': writeSafetensors(bytes),
    };
    expect(() => readAdapter(ints)).toThrow(/x is I32/);
  });

  it('changes only its rows where it is merged, by scale B A', () => {
    const parameters = unpackArena(grouped.layout, initialArena(grouped.layout, 2));
    const merged = mergeAdapter(parameters, plan, tensors);
    const changed = [...merged].filter(([name, tensor]) => parameters.get(name) !== tensor);
    expect(changed.map(([name]) => name).toSorted()).toEqual(
      [0, 1].flatMap((i) => [`layers.${i}.linear2.weight`, `layers.${i}.self_attn.in_proj_weight`]),
    );
    const target = defined(plan.targets[0], 'target');
    const [a, b] = ['A', 'B'].map((one) => tensors.get(`${target.name}.lora_${one}.weight`)!.data);
    const [before, after] = [parameters, merged].map((all) => all.get(target.parameter)!.data);
    for (const [i, value] of after!.entries()) {
      const [row, column] = [Math.floor(i / 16) - target.from, i % 16];
      let want = before![i]!;
      if (row >= 0 && row < target.rows) {
        for (let k = 0; k < 2; k++) want += 1.5 * b![row * 2 + k]! * a![k * 16 + column]!;
      }
      expect(value).toBe(Math.fround(want));
    }
    expect(() => mergeAdapter(new Map(), plan, tensors)).toThrow(FormatError);
  });
});

describe('modules_to_save', () => {
  const model = bert.create('bert', {
    ...SIZES,
    ...{ maskId: 3, normFirst: false, embeddingNorm: true },
  });
  const labeller = sequenceClassifier(model, 3);
  const layout = declareParameters(
    (scope, input) =>
      labeller.logits(scope, { tokens: input('tokens'), lengths: input('lengths') }),
    { tokens: i32(2, 4), lengths: i32(2) },
  );
  const keys = defined(bert.published, 'published').keys({});
  const files = layout.parameters.flatMap(({ name, shape }) =>
    keys.sources({ name, shape }, () => true).map(({ names }) => `bert.${names[0]}`),
  );
  const published = [
    ...files.filter((name) => !/pre_classifier|classifier/.test(name)),
    ...['bert.pooler.dense.weight', 'bert.pooler.dense.bias'],
    ...['classifier.weight', 'classifier.bias'],
  ];

  it('copies whole layers under the names of the files', () => {
    const config = loraConfig({
      target_modules: ['query'],
      modules_to_save: ['classifier', 'score'],
    });
    const { copies, targets } = loraPlan(config, layout, keys, { files: published });
    expect(copies.map(({ name, parameter }) => [name, parameter])).toEqual([
      [`${PREFIX}classifier.weight`, 'classifier.weight'],
      [`${PREFIX}classifier.bias`, 'classifier.bias'],
    ]);
    expect(targets[0]?.name).toBe(`${PREFIX}bert.encoder.layer.0.attention.self.query`);
  });

  it('refuses parameters that are tied or fused', () => {
    const saving = (name: string) => () =>
      planOf({ target_modules: ['o_proj'], modules_to_save: [name] });
    expect(saving('q_proj')).toThrow(/stored together/);
    expect(saving('embed_tokens')).toThrow(/is tied/);
  });
});
