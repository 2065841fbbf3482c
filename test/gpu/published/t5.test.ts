/**
 * Published T5 models, as files: logits, hidden states, attention weights, steps over a cache and
 * what is decoded are those of the reference in float64. One text is longer than the largest
 * relative distance.
 */
import { Decoder } from 'qkv/generate';
import {
  compile,
  compileGraph,
  dim,
  i32,
  Program,
  StateStore,
  type Tensor,
  type TensorType,
} from 'qkv/graph';
import { parseSafetensors, toFloat32, toInt32 } from 'qkv/io';
import { modelLayout, t5, t5Model } from 'qkv/models';
import { PARAMETERS, ParameterStore, packArena, type Scope } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import { observedGraph } from '../../support/observed';
import { publishedConfiguration, publishedTensors, readFixture } from '../../support/published';

const device = useDevice();
/** Every so many logits and encoder positions are in the files. */
const [LOGITS, POSITIONS] = [4, 8];
/**
 * The reference's float32 run and ours round the same sums, in another order and with another exp
 * and tanh: both errors are the largest of as many values of about one distribution, so that one is
 * a small multiple of the other. Embeddings are copies, whose error is 0 in both.
 */
const MARGIN = 4;

interface Expected {
  /** Largest difference of the reference's float32 run from its float64 run. */
  readonly float32_error: Readonly<Record<string, number>>;
  /** Ids with the first token and the end. */
  readonly greedy: readonly (readonly number[])[];
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A model with its parameters, and what is expected of it. */
function load(folder: string) {
  const json = (file: string) => JSON.parse(text(readFixture(folder, file)));
  const published = publishedConfiguration(t5, json('config.json'));
  const config = { ...published, maxLength: 256 };
  const model = t5Model(JSON.parse(JSON.stringify(config)));
  const layout = modelLayout(model);
  const keys = defined(t5.published, 'published').keys(config);
  const parameters = publishedTensors([readFixture(folder, 'model.safetensors.gz')], layout, keys);
  const { tensors } = parseSafetensors(readFixture(folder, 'expected.safetensors.gz'));
  const tensor = (name: string) => defined(tensors.get(name), name);
  const floats = (name: string) => ({
    shape: tensor(name).shape,
    data: toFloat32(name, tensor(name)),
  });
  const ints = (name: string) => ({ shape: tensor(name).shape, data: toInt32(name, tensor(name)) });
  const source = ints('in.input_ids');
  const [rows = 0, columns = 0] = source.shape;
  const mask = ints('in.attention_mask').data;
  const lengths = Int32Array.from({ length: rows }, (_, b) =>
    mask.subarray(b * columns, (b + 1) * columns).reduce((a, c) => a + c, 0),
  );
  const sourceLengths = { shape: [rows], data: lengths };
  const expected: Expected = json('expected.json');
  return { model, layout, parameters, source, sourceLengths, floats, ints, expected };
}

type Reference = ReturnType<typeof load>;

/** The largest difference from what is expected, where a place counts. */
function worst(
  got: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  want: { readonly shape: readonly number[]; readonly data: Float32Array },
  counts: (index: readonly number[]) => boolean = () => true,
  place: (index: readonly number[]) => readonly number[] = (index) => index,
): number {
  let largest = 0;
  const index = want.shape.map(() => 0);
  want.data.forEach((value, i) => {
    want.shape.reduceRight((rest, size, axis) => {
      index[axis] = rest % size;
      return Math.floor(rest / size);
    }, i);
    if (!counts(index)) return;
    const at = place(index).reduce((flat, k, axis) => flat * got.shape[axis]! + k, 0);
    largest = Math.max(largest, Math.abs(got.data[at]! - value));
  });
  return largest;
}

function expectNear(what: string, found: number, reference: number): void {
  const beside = `${what}, where the reference's error is ${reference.toExponential(2)}`;
  expect(found, beside).toBeLessThanOrEqual(MARGIN * reference);
}

/** Logits and values inside of a forward run. */
async function forward({ model, layout, parameters, source, sourceLengths, ints }: Reference) {
  const targetInput = ints('in.decoder_input_ids');
  const [S, T] = [dim('S', model.maxLength), dim('T', model.maxLength)];
  const [rows = 0] = source.shape;
  const subject = {
    layout,
    inputs: { source: i32(rows, S), sourceLengths: i32(rows), targetInput: i32(rows, T) },
    forward: (scope: Scope, input: (name: string) => Tensor) =>
      model.logits(scope, {
        source: input('source'),
        sourceLengths: input('sourceLengths'),
        targetInput: input('targetInput'),
      }),
  };
  const graph = observedGraph(subject, (name) => /output$|SelfAttention.weights$/.test(name));
  const store = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), store);
  store.write(PARAMETERS, packArena(layout, parameters));
  program.run({ source, sourceLengths, targetInput });
  const values = await program.read(...graph.outputs.keys());
  program.dispose();
  store.dispose();
  return values;
}

/** Logits of steps over a cache, for tokens that are given. [rows, steps, vocabulary] */
async function cachedSteps({ model, parameters, source, sourceLengths, ints }: Reference) {
  const { shape, data: ids } = ints('step.ids');
  const [rows = 0, steps = 0] = shape;
  const S = dim('S', model.maxLength);
  const memory = await compile(
    device(),
    (scope, input) => model.encode(scope, input.source, input.lengths),
    { source: i32(rows, S), lengths: i32(rows) },
    parameters,
  );
  const memories = await memory({ source, lengths: sourceLengths });
  const types: Record<string, TensorType> = {
    ...{ token: i32(rows, 1), position: i32(rows), lengths: i32(rows) },
    ...model.memoryTypes(rows, S),
    ...model.decoderState(rows),
  };
  const step = await compile(
    device(),
    (scope, input) => {
      const lookup = (name: string) => defined(input[name], name);
      const { logits, state } = model.step(scope, {
        token: lookup('token'),
        position: lookup('position'),
        lengths: lookup('lengths'),
        memory: lookup,
        state: lookup,
        needsAttention: false,
      });
      return { ...state, logits };
    },
    types,
    parameters,
  );
  let state: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>> =
    Object.fromEntries(
      Object.entries(model.decoderState(rows)).map(([name, type]) => {
        const size = type.shape.map(Number);
        return [name, { shape: size, data: new Float32Array(size.reduce((a, b) => a * b, 1)) }];
      }),
    );
  const found = [];
  for (let t = 0; t < steps; t++) {
    // The first token is the one that the model starts with, 0; `ids` follow.
    const token = Int32Array.from({ length: rows }, (_, b) =>
      t === 0 ? 0 : ids[b * steps + t - 1]!,
    );
    const { logits, ...next } = await step({
      ...{ token: { shape: [rows, 1], data: token }, lengths: sourceLengths },
      position: { shape: [rows], data: new Int32Array(rows).fill(t) },
      ...memories,
      ...state,
    } as never);
    state = next as typeof state;
    found.push(defined(logits, 'logits'));
  }
  memory.dispose();
  step.dispose();
  return found;
}

/** The ids that greedy decoding gives for each source. */
async function decode(reference: Reference) {
  const { layout, model, parameters, source, sourceLengths } = reference;
  const store = ParameterStore.initial(device(), layout);
  store.states.write(PARAMETERS, packArena(layout, parameters));
  const decoder = await Decoder.create(device(), model, layout, store.states, {
    maxBatch: sourceLengths.data.length,
    // Rows that have ended get -1, because the token that the model starts with is its pad.
    ids: { pad: -1, bos: 0, eos: 1 },
  });
  const found = await decoder.decode(source, sourceLengths);
  decoder.dispose();
  store.dispose();
  return found.map(([best]) => defined(best, 'hypothesis').ids);
}

describe.each(['t5', 't5-v1_1'])('%s', (folder) => {
  const reference = load(folder);
  const { expected, floats, sourceLengths } = reference;
  const error = (name: string) => defined(expected.float32_error[name], name);
  const isInside = ([b = 0, s = 0]: readonly number[]) => s * POSITIONS < sourceLengths.data[b]!;

  it('logits, hidden states and attention weights', async () => {
    const values = await forward(reference);
    const value = (name: string) => defined(values[name], name);
    const hidden = (side: string, layers: number) => [
      `${side}.embed_tokens.output`,
      ...Array.from({ length: layers - 1 }, (_, i) => `${side}.block.${i}.output`),
      `${side}.output`,
    ];
    const { encoderLayers, decoderLayers } = reference.model.config as Record<string, number>;
    hidden('encoder', encoderLayers!).forEach((name, i) => {
      const key = `out.encoder_hidden_states.${i}`;
      const place = ([b = 0, s = 0, c = 0]: readonly number[]) => [b, s * POSITIONS, c];
      const found = worst(value(name), floats(key), isInside, place);
      expectNear(name, found, error(key));
    });
    hidden('decoder', decoderLayers!).forEach((name, i) => {
      const key = `out.decoder_hidden_states.${i}`;
      expectNear(name, worst(value(name), floats(key)), error(key));
    });
    for (let i = 0; i < decoderLayers!; i++) {
      const key = `out.decoder_attentions.${i}`;
      const found = value(`decoder.block.${i}.layer.0.SelfAttention.weights`);
      expectNear(`weights of layer ${i}`, worst(found, floats(key)), error(key));
    }
    const place = ([b = 0, t = 0, v = 0]: readonly number[]) => [b, t, v * LOGITS];
    const found = worst(value('result'), floats('out.logits'), undefined, place);
    expectNear('logits', found, error('out.logits'));
  });

  it('logits of steps over a cache', async () => {
    const want = floats('step.logits');
    const steps = await cachedSteps(reference);
    const [rows = 0, count = 0, columns = 0] = want.shape;
    expect(steps).toHaveLength(count);
    const found = steps.map(({ shape, data }, t) => {
      const own = Float32Array.from({ length: rows * columns }, (_, i) => {
        const [b, v] = [Math.floor(i / columns), i % columns];
        return want.data[(b * count + t) * columns + v]!;
      });
      const now = { shape: [rows, columns], data: own };
      return worst({ shape, data }, now, undefined, ([b = 0, v = 0]) => [b, v * LOGITS]);
    });
    expectNear('logits of steps', Math.max(...found), error('out.logits'));
  });

  it('decodes what the reference decodes', async () => {
    const end = (ids: readonly number[]) => {
      const at = ids.indexOf(1, 1);
      return ids.slice(1, at < 0 ? undefined : at);
    };
    const found = await decode(reference);
    // The reference was given room for 24 tokens.
    expect(found.map((ids) => ids.slice(0, 24))).toEqual(expected.greedy.map(end));
  });
});
