/**
 * Looking inside loaded models that read a text at once: values are float64's, interventions are what
 * they say, and others of them compile nothing.
 */
import { Classifier, MaskFiller, OptionError } from 'qkv';
import {
  forcedWeights,
  inspection,
  type TextLookOptions,
  withoutHeads,
  withoutPositions,
} from 'qkv/inspect';
import { bert, type ConfigValues } from 'qkv/models';
import { worstDifference } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { compiled, expectFloat64, INSIDE_TOLERANCE, overChannel } from '../support/lookInside';
import { inFloat64, observedGraph } from '../support/observed';
import { isFull } from '../support/sample';
import { type SmallReader, smallReader } from '../support/tinyModels';

const device = useDevice();
const TEXT = 'a c [MASK] e';
const READS = ['<bos>', 'a', 'c', '[MASK]', 'e', '<eos>'];
const HEADS = 'layers.0.self_attn';
const LABELS = ['odd', 'even', 'neither'];
const load = () => ({ device: device(), kinds: [bert], inspection });

/** A small model that is loaded, and its answers. */
async function loaded({ files, labels }: SmallReader) {
  if (labels === undefined) {
    const app = await MaskFiller.load(files, load());
    return { app, ask: (look: TextLookOptions) => app.fill(TEXT, look) };
  }
  const app = await Classifier.load(files, load());
  return { app, ask: (look: TextLookOptions) => app.classify(TEXT, look) };
}

type Ask = Awaited<ReturnType<typeof loaded>>['ask'];

/** All values in float64, for what the model read. */
function wanted({ layout, labeller, inputs, codec, maskId, arena }: SmallReader) {
  const subject = {
    layout,
    inputs,
    forward: (...[scope, input]: Parameters<Parameters<typeof observedGraph>[0]['forward']>) =>
      scope.note(
        'logits',
        labeller.logits(scope, { tokens: input('tokens'), lengths: input('lengths') }),
      ),
  };
  const tokens = READS.map((token) => (token === '[MASK]' ? maskId : codec.id(token)!));
  const given = {
    tokens: { shape: [1, tokens.length], data: tokens },
    lengths: { shape: [1], data: [tokens.length] },
  };
  return inFloat64(
    subject,
    observedGraph(subject, () => true),
    given,
    arena,
  );
}

const logitsOf = async (ask: Ask, look: TextLookOptions = {}) =>
  (await ask({ inspect: ['logits'], ...look })).inspected!.values.logits!.data;

/** The probabilities of an answer, by what they are of. */
function probabilities(answer: Awaited<ReturnType<Ask>>): readonly (readonly [string, number])[] {
  const found =
    'masks' in answer
      ? answer.masks.flat().map(({ token, probability }) => [token, probability] as const)
      : answer.labels.map(({ label, probability }) => [label, probability] as const);
  return found.toSorted(([a], [b]) => a.localeCompare(b));
}

/** Expects the same probabilities, but for roundings. */
function expectSame(answer: Awaited<ReturnType<Ask>>, want: typeof answer) {
  const [a, b] = [probabilities(answer), probabilities(want)];
  expect(a.map(([name]) => name)).toEqual(b.map(([name]) => name));
  for (const [i, [, probability]] of a.entries()) {
    expect(Math.abs(probability - b[i]![1])).toBeLessThan(1e-5);
  }
}

const SOME: readonly (readonly [readonly string[] | undefined, ConfigValues])[] = [
  [undefined, {}],
  [LABELS, {}],
];
const ALL: typeof SOME = [
  ...SOME,
  [undefined, { normFirst: true, activation: 'relu', layers: 2, positions: 'rotary' }],
  [LABELS, { positions: 'sinusoidal', heads: 1 }],
];

describe.each(isFull ? ALL : SOME)('inside a reader of texts, labels %o %o', (labels, config) => {
  const small = (change?: (name: string, data: Float32Array) => void) =>
    smallReader(labels, config, change);

  it('values are those of float64', async () => {
    const { app, ask } = await loaded(small());
    const { inspected: nothing, ...plain } = await ask({});
    const before = app.memory.planned;
    const { inspected, ...seen } = await ask({ inspect: ['**'] });
    expect(nothing).toBeUndefined();
    expect(app.memory.planned).toBeGreaterThan(before);
    expect(inspected!.reads).toEqual(READS);
    expect(Object.keys(inspected!.values)).toEqual((await app.valueNames()).values);
    expectFloat64(inspected!, wanted(small()));
    // The answer is that of one who does not look.
    expectSame(seen, plain);
    // Other values compile nothing.
    const count = await compiled(device(), () => ask({ inspect: [`${HEADS}.weights`] }));
    expect(count).toBe(0);
    app.dispose();
  });

  it('heads are switched off: columns of the output projection are zero', async () => {
    const { app, ask } = await loaded(small());
    const heads = Number(config.heads ?? 4);
    const off = heads === 1 ? [0] : [1, 3];
    const other = await loaded(
      small((name, data) => {
        if (name !== `${HEADS}.out_proj.weight`) return;
        const size = Math.sqrt(data.length);
        data.forEach((_, i) => {
          if (off.includes(Math.floor((i % size) / (size / heads)))) data[i] = 0;
        });
      }),
    );
    const look = { interventions: [withoutHeads(HEADS, off)] };
    const got = await logitsOf(ask, look);
    const want = await logitsOf(other.ask);
    expect(worstDifference(got, want, INSIDE_TOLERANCE)).toBeUndefined();
    expect(worstDifference(got, await logitsOf(ask), INSIDE_TOLERANCE)).toBeDefined();
    // The answer is that of the changed model, and nothing else is given.
    const answer = await ask(look);
    expect(answer.inspected).toEqual({ reads: READS, values: {} });
    expectSame(answer, await other.ask({}));
    const forced = [0, 0.25, 0, 0.75, 0, 0];
    const count = await compiled(device(), async () => {
      await ask({ interventions: [withoutHeads(HEADS)], inspect: ['**.scores'] });
      await ask({ interventions: [withoutPositions()] });
      const { inspected } = await ask({
        interventions: [forcedWeights(HEADS, 2, forced)],
        inspect: [`${HEADS}.weights`],
      });
      const { shape, data } = inspected!.values[`${HEADS}.weights`]!;
      expect(shape).toEqual([heads, 6, 6]);
      expect([...data.subarray(12, 18)]).toEqual(forced);
      expect([...data.subarray(18, 24)]).not.toEqual(forced);
    });
    expect(count).toBe(0);
    other.app.dispose();
    app.dispose();
  });
});

it('without positions, a mask does not know where it is', async () => {
  const small = smallReader();
  const app = await MaskFiller.load(small.files, load());
  const rowOf = async (text: string, place: number, look: TextLookOptions) => {
    const { inspected } = await app.fill(text, { inspect: ['logits'], ...look });
    const { shape, data } = inspected!.values.logits!;
    return data.subarray(place * shape[1]!, (place + 1) * shape[1]!);
  };
  const both = async (look: TextLookOptions) =>
    [await rowOf('[MASK] a c', 1, look), await rowOf('c a [MASK]', 3, look)] as const;
  const [first, last] = await both({ interventions: [withoutPositions()] });
  expect(worstDifference(first, last, INSIDE_TOLERANCE)).toBeUndefined();
  const [before, after] = await both({});
  expect(worstDifference(before, after, INSIDE_TOLERANCE)).toBeDefined();
  app.dispose();
});

it('the same values come from a worker, whose options are plain data', async () => {
  const files = { MaskFiller: smallReader().files, Classifier: smallReader(LABELS).files };
  const { services, end } = overChannel({ Classifier, MaskFiller }, load());
  const filler = await services.MaskFiller.load(files.MaskFiller);
  const classifier = await services.Classifier.load(files.Classifier);
  const [ownFiller, ownClassifier] = [
    await MaskFiller.load(files.MaskFiller, load()),
    await Classifier.load(files.Classifier, load()),
  ];
  const look = { inspect: ['**.scores', /context$/], interventions: [withoutHeads(HEADS, [2])] };
  const [filled, classified] = [
    await filler.fill(TEXT, look),
    await classifier.classify(TEXT, look),
  ];
  expect(filled).toEqual(await ownFiller.fill(TEXT, look));
  expect(classified).toEqual(await ownClassifier.classify(TEXT, look));
  expect(Object.keys(filled.inspected!.values)).toEqual([`${HEADS}.scores`, `${HEADS}.context`]);
  expect(await filler.valueNames()).toEqual(await ownFiller.valueNames());
  expect(await classifier.valueNames()).toEqual(await ownClassifier.valueNames());
  await expect(filler.fill(TEXT, { inspect: ['no'] })).rejects.toThrow(OptionError);
  await Promise.all([filler.dispose(), classifier.dispose()]);
  for (const own of [ownFiller, ownClassifier]) own.dispose();
  end();
});

it('is refused where it cannot work, before anything runs', async () => {
  for (const small of [smallReader(), smallReader(LABELS)]) {
    const { app, ask } = await loaded(small);
    const count = await compiled(device(), async () => {
      await expect(ask({ inspect: ['**.weight'] })).rejects.toThrow(/no name matches \*\*\.weight/);
      const gate = { interventions: [{ value: '**.forget_gate' }] };
      await expect(ask(gate)).rejects.toThrow(/no name matches \*\*\.forget_gate/);
      const target = { inspect: ['**'], target: 'a' };
      await expect(ask(target)).rejects.toThrow(/unknown option 'target'/);
    });
    expect(count).toBe(0);
    const tooFar = { interventions: [withoutHeads(HEADS, [9])] };
    await expect(ask(tooFar)).rejects.toThrow(/heads of .* are 0 to 3/);
    app.dispose();
  }
  const { files } = smallReader();
  const blind = await MaskFiller.load(files, { device: device(), kinds: [bert] });
  await expect(blind.valueNames()).rejects.toThrow(OptionError);
  await expect(blind.fill(TEXT, { inspect: [] })).rejects.toThrow(/import \{ inspection \}/);
  blind.dispose();
});
