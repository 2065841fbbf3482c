/**
 * Looking inside loaded models: values are float64's, for the model's own answer and a forced one;
 * interventions are what they say, and others of them compile nothing.
 */
import { InputError, OptionError, Restorer, Translator, Writer } from 'qkv';
import { dim, i32, type Tensor } from 'qkv/graph';
import {
  clampedGate,
  forcedWeights,
  type Inspected,
  inspection,
  type LookOptions,
  withoutHeads,
  withoutPositions,
} from 'qkv/inspect';
import { allKinds, allRecipes, type ConfigValues, modelLayout } from 'qkv/models';
import type { Scope } from 'qkv/nn';
import { EPSILON, worstDifference } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { compiled, expectFloat64, INSIDE_TOLERANCE, overChannel } from '../support/lookInside';
import { inFloat64, observedGraph } from '../support/observed';
import { isFull } from '../support/sample';
import { type SmallModel, smallModel } from '../support/tinyModels';

const device = useDevice();
const TEXT = 'a c e';
const TARGET = 'b d f h';

/** A small model that is loaded: its answer with what is seen inside, and what it says. */
async function loaded(small: SmallModel) {
  const options = { device: device(), kinds: allKinds, inspection };
  if (small.family === 'language') {
    const writer = await Writer.load(small.files, { ...options, decoding: { kind: 'greedy' } });
    const ask = (look: LookOptions) => writer.write(TEXT, look);
    return { app: writer, ask };
  }
  if (small.family === 'denoising') {
    const restorer = await Restorer.load(small.files, options);
    const ask = (look: LookOptions) => restorer.restore(TEXT, look);
    return { app: restorer, ask };
  }
  const translator = await Translator.load(small.files, options);
  const ask = (look: LookOptions) => translator.translate(TEXT, look);
  return { app: translator, ask };
}

/** All values in float64, for what the decoder read. */
function wanted(small: SmallModel, { reads }: Inspected) {
  const { model, codec, arena } = small;
  const [B, S, T] = [dim('B', 1), dim('S', model.maxLength), dim('T', model.maxLength)];
  const ids = (tokens: readonly string[]) => {
    const data = Int32Array.from(tokens, (token) => codec.id(token)!);
    return { shape: [1, data.length], data };
  };
  const source = ids([...TEXT.split(' '), '<eos>']);
  const sourceLengths = { shape: [1], data: Int32Array.of(source.data.length) };
  const types = { source: i32(B, S), sourceLengths: i32(B), targetInput: i32(B, T) };
  const forward = (scope: Scope, input: (name: string) => Tensor) => {
    const targetInput = input('targetInput');
    return scope.note(
      'logits',
      small.family === 'language'
        ? small.model.logits(scope, { targetInput })
        : small.model.logits(scope, {
            source: input('source'),
            sourceLengths: input('sourceLengths'),
            targetInput,
          }),
    );
  };
  const subject = { layout: modelLayout(model), inputs: types, forward };
  const given = { source, sourceLengths, targetInput: ids(reads) };
  return inFloat64(
    subject,
    observedGraph(subject, () => true),
    given,
    arena,
  );
}

const SOME: readonly (readonly [string, ConfigValues])[] = [
  ['transformer', {}],
  ['bahdanau', { cell: 'gru' }],
  ['lstm', {}],
  ['bart', {}],
];
const ALL: typeof SOME = [
  ...SOME,
  ['transformer', { normFirst: true, activation: 'gelu', encoderLayers: 2, decoderLayers: 2 }],
  ['bahdanau', { score: 'general', cell: 'lstm' }],
  ['bahdanau', { score: 'dot', cell: 'gru-reset-before' }],
  ...allRecipes
    .filter(({ kind: { family } }) => ['translation', 'language', 'denoising'].includes(family))
    .map(({ name }) => [name, {}] as const),
];

describe.each(isFull ? ALL : SOME)('inside %s %o', (name, config) => {
  it('values are those of float64, for its own answer and a forced one', async () => {
    const small = smallModel(name, config)!;
    const { app, ask } = await loaded(small);
    const plain = await ask({});
    const names = await app.valueNames();
    const own = await ask({ inspect: ['**'] });
    expect(own.tokens).toEqual(plain.tokens);
    expect(plain.inspected).toBeUndefined();
    expect(Object.keys(own.inspected!.values)).toEqual(names.values);
    expectFloat64(own.inspected!, wanted(small, own.inspected!), ['predictions']);
    const forced = await ask({ inspect: ['**'], target: TARGET });
    expect(forced.tokens).toEqual(TARGET.split(' '));
    expect(forced.inspected!.reads.slice(-4)).toEqual(TARGET.split(' '));
    expectFloat64(forced.inspected!, wanted(small, forced.inspected!), ['predictions']);
    if ('alignment' in own && 'alignment' in plain && (plain.alignment[0]?.length ?? 0) > 0) {
      expect(own.alignment).toEqual(plain.alignment);
      // Decoding gives the last weights over the source, as the mean over their heads.
      const last = names.values.findLast((one) =>
        /^attention.weights|(multihead|EncDec).*weights/.test(one),
      )!;
      const { shape, data } = own.inspected!.values[last]!;
      const [steps, keys] = [shape.at(-2)!, shape.at(-1)!];
      const heads = data.length / steps / keys;
      plain.alignment.forEach((weights, t) => {
        weights.forEach((weight, s) => {
          const each = Array.from({ length: heads }, (_, h) => data[(h * steps + t) * keys + s]!);
          expect(Math.abs(weight - each.reduce((a, b) => a + b) / heads)).toBeLessThan(1e-5);
        });
      });
    }
    app.dispose();
  });
});

/** The logits of a forced answer. */
const logitsOf = async (ask: Awaited<ReturnType<typeof loaded>>['ask'], look: LookOptions = {}) =>
  (await ask({ inspect: ['logits'], target: TARGET, ...look })).inspected!.values.logits!.data;

describe('interventions', () => {
  const CROSS = 'transformer.decoder.layers.0.multihead_attn';

  it('switch heads off: columns of the output projection are zero; others compile nothing', async () => {
    const { app, ask } = await loaded(smallModel('transformer')!);
    const [size, heads] = [32, 4];
    const zeroed = smallModel('transformer', {}, (name, data) => {
      if (name !== `${CROSS}.out_proj.weight`) return;
      const width = size / heads;
      data.forEach((_, i) => {
        if (Math.floor((i % size) / width) % 2 === 1) data[i] = 0;
      });
    })!;
    const other = await loaded(zeroed);
    const off = { interventions: [withoutHeads(CROSS, [1, 3])] };
    const got = await logitsOf(ask, off);
    expect(worstDifference(got, await logitsOf(other.ask), INSIDE_TOLERANCE)).toBeUndefined();
    expect(worstDifference(got, await logitsOf(ask), INSIDE_TOLERANCE)).toBeDefined();
    // The answer is that of the changed model, too, and so is its alignment.
    const [changed, same] = [await ask(off), await other.ask({})];
    expect(changed.tokens).toEqual(same.tokens);
    if ('alignment' in changed && 'alignment' in same) {
      const [a, b] = [changed.alignment.flat(), same.alignment.flat()];
      expect(worstDifference(a, b, INSIDE_TOLERANCE)).toBeUndefined();
    }
    const weights = [0.25, 0, 0.75, 0];
    const count = await compiled(device(), async () => {
      await ask({ interventions: [withoutHeads('transformer.encoder.layers.0.self_attn')] });
      await ask({ interventions: [withoutPositions()], inspect: ['**.scores'] });
      const forced = [forcedWeights(CROSS, 1, weights, [2])];
      const { inspected } = await ask({
        interventions: forced,
        target: TARGET,
        inspect: [`${CROSS}.weights`],
      });
      const { shape, data } = inspected!.values[`${CROSS}.weights`]!;
      expect(shape).toEqual([heads, 5, 4]);
      expect([...data.subarray(2 * 20 + 4, 2 * 20 + 8)]).toEqual(weights);
    });
    expect(count).toBe(0);
    // Nobody intervenes any more.
    expect(await logitsOf(ask)).toEqual(await logitsOf(ask, { interventions: [] }));
    other.app.dispose();
    app.dispose();
  });

  it('leave a mask unsaid, as decoding does', async () => {
    const masked = smallModel('bart', {}, (name, data) => {
      // The mask, which is the last of the vocabulary, would be the likeliest token.
      if (name === 'generator.bias') data[data.length - 1] = 50;
    })!;
    const { app, ask } = await loaded(masked);
    const plain = await ask({});
    const changed = await ask({
      interventions: [withoutHeads('transformer.encoder.layers.0.self_attn', [])],
    });
    expect(changed.tokens).toEqual(plain.tokens);
    const [best] = changed.hypotheses;
    expect(best!.score!).toBeGreaterThan(-3 * (changed.tokens.length + 1));
    app.dispose();
  });

  it('reach into loops: weights of a step of RNNsearch, gates of its cells', async () => {
    const { app, ask } = await loaded(smallModel('bahdanau', { cell: 'gru' })!);
    const inspect = ['attention.{v,weights,context}', '{cell,encoder}.**update_gate**'];
    const interventions = [
      forcedWeights('attention', 2, [0, 0.5, 0.5, 0]),
      clampedGate('cell.update_gate', 1, { steps: [1] }),
      clampedGate('encoder.update_gate_l0_reverse', 0),
    ];
    const { inspected } = await ask({ inspect, interventions, target: TARGET });
    const value = (name: string) => inspected!.values[name]!;
    const row = (name: string, t: number) => {
      const width = value(name).shape.at(-1)!;
      return [...value(name).data.subarray(t * width, (t + 1) * width)];
    };
    expect(value('attention.weights').shape).toEqual([5, 4]);
    expect(row('attention.weights', 2)).toEqual([0, 0.5, 0.5, 0]);
    expect(row('attention.weights', 1)).not.toEqual([0, 0.5, 0.5, 0]);
    const [second, third] = [row('attention.v', 1), row('attention.v', 2)];
    row('attention.context', 2).forEach((got, i) => {
      expect(Math.abs(got - (second[i]! + third[i]!) / 2)).toBeLessThan(1e-6);
    });
    expect(row('cell.update_gate', 1).every((gate) => gate === 1)).toBe(true);
    expect(row('cell.update_gate', 2).some((gate) => gate === 1)).toBe(false);
    expect(value('encoder.update_gate_l0_reverse').data.every((gate) => gate === 0)).toBe(true);
    const other = [clampedGate('**candidate*', 0), forcedWeights('attention', 0, [1, 0, 0, 0])];
    const again = () => ask({ inspect, interventions: other, target: TARGET });
    expect(await compiled(device(), again)).toBe(0);
    app.dispose();
  });

  it('replace the one vector of seq2seq: with that of another sentence, the other is translated', async () => {
    const { files } = smallModel('seq2seq', { cell: 'lstm' })!;
    const app = await Translator.load(files, { device: device(), kinds: allKinds, inspection });
    const inspect = ['encoder.final_*', 'logits'];
    const look = (text: string, more: LookOptions = {}) =>
      app.translate(text, { inspect, target: TARGET, ...more });
    const { values } = (await look('b d a c')).inspected!;
    const vectors = Object.entries(values).filter(([name]) => name.startsWith('encoder.'));
    expect(vectors.map(([name]) => name)).toEqual(
      expect.arrayContaining(['encoder.final_hidden_l0', 'encoder.final_cell_l0']),
    );
    const interventions = vectors.map(([value, { data }]) => ({ value, to: [...data] }));
    const own = (await look(TEXT)).inspected!.values.logits!.data;
    const pasted = (await look(TEXT, { interventions })).inspected!.values.logits!.data;
    const wrong = (given: Float32Array) =>
      worstDifference(pasted, given, { ...INSIDE_TOLERANCE, absolute: EPSILON });
    expect(wrong(values.logits!.data as Float32Array)).toBeUndefined();
    expect(wrong(own as Float32Array)).toBeDefined();
    app.dispose();
  });
});

it('the same values come from a worker, whose options are plain data', async () => {
  const { files } = smallModel('transformer')!;
  const load = { device: device(), kinds: allKinds, inspection };
  const { services, end } = overChannel({ Translator }, load);
  const [remote, own] = [await services.Translator.load(files), await Translator.load(files, load)];
  expect(await remote.valueNames()).toEqual(await own.valueNames());
  const look = {
    inspect: ['**.scores', /context$/],
    target: TARGET,
    interventions: [withoutHeads('transformer.encoder.layers.0.self_attn', [2])],
  };
  const [there, here] = [await remote.translate(TEXT, look), await own.translate(TEXT, look)];
  expect(there.inspected).toEqual(here.inspected);
  expect(Object.keys(here.inspected!.values)).toHaveLength(6);
  await expect(remote.translate(TEXT, { inspect: ['no'] })).rejects.toThrow(OptionError);
  await remote.dispose();
  own.dispose();
  end();
});

describe('looking', () => {
  it('is refused where it cannot work, before anything runs', async () => {
    const small = smallModel('transformer')!;
    const { app, ask } = await loaded(small);
    await expect(ask({ inspect: ['**.weight'] })).rejects.toThrow(/no name matches \*\*\.weight/);
    await expect(ask({ target: 'unheard of' })).rejects.toThrow(InputError);
    const tooFar = { interventions: [withoutHeads('**.self_attn', [9])] };
    await expect(ask(tooFar)).rejects.toThrow(/heads of .* are 0 to 3/);
    const sample = { kind: 'sample' } as const;
    if (app instanceof Translator) {
      const sampled = app.translate(TEXT, { target: TARGET, decoding: sample });
      await expect(sampled).rejects.toThrow(/leave decoding out/);
    }
    app.dispose();
    const blind = await Translator.load(small.files, { device: device(), kinds: allKinds });
    await expect(blind.valueNames()).rejects.toThrow(OptionError);
    await expect(blind.translate(TEXT, { inspect: [] })).rejects.toThrow(/import \{ inspection \}/);
    blind.dispose();
  });
});
