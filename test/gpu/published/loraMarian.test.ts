/**
 * Adapters of PEFT and fine-tuning on a published MarianMT: logits with an adapter, without it, and
 * merged are those of the reference in float64, and so are the losses of training.
 */
import { OptionError } from 'qkv';
import { Decoder } from 'qkv/generate';
import { compile, dim, i32 } from 'qkv/graph';
import { parseSafetensors, toFloat32, toInt32 } from 'qkv/io';
import {
  createModel,
  loraConfig,
  loraPlan,
  marian,
  mergeAdapter,
  modelLayout,
  readAdapter,
  writeAdapter,
} from 'qkv/models';
import { LoraStore, type NamedTensors, ParameterStore, storeAs, unpackArena } from 'qkv/nn';
import { adamw, loraTraining, Trainer, translationTask } from 'qkv/train';
import { expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import { publishedConfiguration, publishedTensors, readFixture } from '../../support/published';
import { lengthsIn, worstDistance } from '../../support/publishedStacks';

const device = useDevice();
/** The id of padding, which is also the first token of targets. */
const PAD = 1650;
/** Every so many logits are in the file. */
const LOGITS = 8;
/**
 * The reference's float32 run and ours round the same sums in other orders: both errors are the
 * largest of as many values of about one distribution, so that one is a small multiple of the other.
 */
const MARGIN = 4;

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const json = (folder: string, file: string) => JSON.parse(text(readFixture(folder, file)));
const tensorsIn = (folder: string, file: string) => {
  const { tensors } = parseSafetensors(readFixture(folder, file));
  const get = (name: string) => defined(tensors.get(name), name);
  return {
    ints: (name: string) => ({ shape: get(name).shape, data: toInt32(name, get(name)) }),
    floats: (name: string) => ({ shape: get(name).shape, data: toFloat32(name, get(name)) }),
  };
};

const configuration = publishedConfiguration(marian, json('marian-en-de', 'config.json'));
const keys = defined(marian.published, 'published').keys(configuration);
const model = createModel('translation', 'marian', configuration);
const layout = modelLayout(model);
const weights = [readFixture('marian-en-de', 'model.safetensors.gz')];
const parameters = publishedTensors(weights, layout, keys);
const adapterFiles = {
  'adapter_config.json': text(readFixture('lora-marian', 'adapter_config.json')),
  'adapter_model.safetensors': readFixture('lora-marian', 'adapter_model.safetensors.gz'),
};
const adapter = readAdapter(adapterFiles);
const plan = loraPlan(adapter.config, layout, keys, { tensors: adapter.tensors });
const [B, S, T] = [dim('B', 8), dim('S', 48), dim('T', 48)];
const inputs = { source: i32(B, S), sourceLengths: i32(B), targetInput: i32(B, T) };

/** The logits of the reference's inputs, as a function of where the parameters are. */
async function logitsOf(store: ParameterStore) {
  const { ints } = tensorsIn('lora-marian', 'expected.safetensors.gz');
  const run = await compile(device(), model.logits, inputs, store);
  const batch = {
    source: ints('in.input_ids'),
    sourceLengths: lengthsIn(ints('in.attention_mask')),
    targetInput: ints('in.decoder_input_ids'),
  };
  return { run: () => run(batch), dispose: run.dispose };
}

/** The largest difference of logits from the reference's. */
function distance(
  got: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  name: string,
): number {
  const want = tensorsIn('lora-marian', 'expected.safetensors.gz').floats(name);
  const columns = Array.from({ length: defined(want.shape[2], 'size') }, (_, i) => i * LOGITS);
  return worstDistance(got, want, columns, () => true);
}

it('gives the logits of the reference with the adapter, without it, and merged', async () => {
  const { float32_error: error, change } = json('lora-marian', 'expected.json');
  const bound = MARGIN * error;
  expect(change).toBeGreaterThan(1000 * bound);
  const base = ParameterStore.create(device(), layout, parameters);
  const plain = await logitsOf(base);
  const adapted = LoraStore.attach(base, plan, adapter.tensors);
  const beside = await logitsOf(adapted);
  expect(distance(await beside.run(), 'out.logits')).toBeLessThan(bound);
  expect(distance(await plain.run(), 'out.logits_without_adapter')).toBeLessThan(bound);
  // Another adapter, without a change of the plan: one that adds nothing, and back again.
  const nothing: NamedTensors = new Map(
    [...adapter.tensors].map(([name, { shape, data }]) => [
      name,
      { shape, data: name.includes('lora_B') ? data.map(() => 0) : data },
    ]),
  );
  adapted.use(nothing);
  expect(distance(await beside.run(), 'out.logits_without_adapter')).toBeLessThan(bound);
  adapted.use(adapter.tensors);
  expect(distance(await beside.run(), 'out.logits')).toBeLessThan(bound);
  expect(() => adapted.use(new Map())).toThrow(/no tensor 'base_model/);
  expect(() => LoraStore.attach(adapted, plan, adapter.tensors)).toThrow(OptionError);
  const merged = ParameterStore.create(
    device(),
    layout,
    mergeAdapter(parameters, plan, adapter.tensors),
  );
  const one = await logitsOf(merged);
  expect(distance(await one.run(), 'out.logits')).toBeLessThan(bound);
  for (const each of [plain, beside, one, adapted, merged, base]) each.dispose();
});

it('decodes with an adapter as with its merged parameters, sharing the model', async () => {
  // Rows that have ended get -1, because the token that the model starts with is its pad.
  const options = { maxBatch: 8, ids: { pad: -1, bos: PAD, eos: 0 } };
  const { ints } = tensorsIn('lora-marian', 'expected.safetensors.gz');
  const lengths = lengthsIn(ints('in.attention_mask'));
  const decode = async (store: ParameterStore) => {
    const decoder = await Decoder.create(device(), model, store.layout, store.states, options);
    const found = await decoder.decode(ints('in.input_ids'), lengths);
    decoder.dispose();
    return found.map(([best]) => best?.ids);
  };
  const base = ParameterStore.create(device(), layout, parameters);
  const adapted = LoraStore.attach(base, plan, adapter.tensors);
  const changed = mergeAdapter(parameters, plan, adapter.tensors);
  const merged = ParameterStore.create(device(), layout, changed);
  const [plain, beside, one] = [await decode(base), await decode(adapted), await decode(merged)];
  expect(beside).toEqual(one);
  expect(beside).not.toEqual(plain);
  expect(Math.min(...plain.map((row) => row?.length ?? 0))).toBeGreaterThan(2);
  for (const each of [adapted, merged, base]) each.dispose();
});

it('saves an adapter as it was', () => {
  const again = writeAdapter(adapter);
  const { 'adapter_model.safetensors': bytes } = again;
  expect(Buffer.from(bytes).equals(adapterFiles['adapter_model.safetensors'])).toBe(true);
  expect(JSON.parse(again['adapter_config.json'])).toEqual(
    JSON.parse(adapterFiles['adapter_config.json']),
  );
  const fresh = loraPlan(loraConfig({ r: 4, target_modules: ['q_proj', 'v_proj'] }), layout, keys);
  expect(fresh.targets.map(({ name }) => name)).toEqual(plan.targets.map(({ name }) => name));
});

/** A batch of the reference: decoder inputs are the labels after the first token. */
function tuningBatch(i: number) {
  const { ints } = tensorsIn('tune-marian', 'batches.safetensors.gz');
  const [source, labels] = [ints(`batch.${i}.input_ids`), ints(`batch.${i}.labels`)];
  const [size = 0, targetLength = 0] = labels.shape;
  const targetOutput = labels.data.map((label) => (label === -100 ? PAD : label));
  const before = (k: number) => (k % targetLength === 0 ? PAD : defined(targetOutput[k - 1], 'id'));
  const mask = { shape: labels.shape, data: labels.data.map((label) => (label === -100 ? 0 : 1)) };
  return {
    size,
    targetLengths: lengthsIn(mask).data,
    targetTokens: mask.data.reduce((sum, one) => sum + one, 0),
    sourceLength: defined(source.shape[1], 'length'),
    targetLength,
    source: source.data,
    sourceLengths: lengthsIn(ints(`batch.${i}.attention_mask`)).data,
    targetInput: targetOutput.map((_, k) => before(k)),
    targetOutput,
  };
}

const taskOptions = { maxBatch: 8, labelSmoothing: 0, padId: PAD };

it('has the losses of the reference, whose tables of positions are trained', async () => {
  const expected = json('tune-marian', 'expected.json');
  const { optimizer, losses, final_logits_float32_error: error } = expected;
  const [size, maxLength, first] = [64, 96, 2];
  // The same sinusoids as learned vectors, which the two tables of the reference are.
  const own = { ...configuration, learnedPositions: maxLength + first };
  const learned = createModel('translation', 'marian', own);
  const data = new Float32Array((maxLength + first) * size);
  for (let position = 0; position < maxLength; position++) {
    for (let i = 0; i < size / 2; i++) {
      const angle = position / 10000 ** ((2 * i) / size);
      const at = (first + position) * size + i;
      [data[at], data[at + size / 2]] = [Math.sin(angle), Math.cos(angle)];
    }
  }
  const table = { shape: [maxLength + first, size], data };
  const trainer = await Trainer.create(device(), translationTask(learned, taskOptions), {
    optimizer: adamw({ learningRate: optimizer.rate, weightDecay: optimizer.weight_decay }),
    freeze: defined(keys.buffers, 'buffers'),
  });
  const positions = ['src_embed.positions.weight', 'tgt_embed.positions.weight'];
  trainer.parameters.write(
    new Map([...parameters, ...positions.map((name) => [name, table] as const)]),
  );
  const found: number[] = [];
  for (let i = 0; i < losses.length; i++) {
    found.push((await trainer.step(tuningBatch(i % 4))).loss);
  }
  // A logarithm of softmax moves by twice as much as the logits at most, and the reference's float32
  // run has these errors of logits in the end.
  const bound = 2 * MARGIN * error;
  const distances = found.map((loss, i) => Math.abs(loss - losses[i]));
  expect(Math.max(...distances)).toBeLessThan(bound);
  const after = await trainer.parameters.read();
  expect(after.get('generator.bias')?.data).toEqual(parameters.get('generator.bias')?.data);
  trainer.dispose();
});

it.each(['f32', 'int8'] as const)(
  'trains an adapter alone, beside a model in %s',
  async (dtype) => {
    const base = ParameterStore.create(device(), storeAs(layout, dtype), parameters);
    const options = { r: 4, lora_dropout: 0.1, target_modules: 'all-linear', use_rslora: true };
    const small = loraPlan(loraConfig(options), layout, keys);
    const trainer = await Trainer.create(device(), translationTask(model, taskOptions), {
      optimizer: adamw({ learningRate: 5e-3 }),
      adapter: loraTraining(base, small),
      startup: 'quick',
    });
    const batch = tuningBatch(2);
    const before = await trainer.evaluate([batch]);
    await trainer.train(Array.from({ length: 12 }, () => batch));
    const after = await trainer.evaluate([batch]);
    expect(after.loss).toBeLessThan(before.loss - 0.3);
    const learnt = await trainer.parameters.read();
    expect([...learnt.keys()].every((name) => /\.lora_[AB]\.weight$/.test(name))).toBe(true);
    if (dtype === 'f32') {
      const now = unpackArena(layout, await base.states.read('parameters', layout.size));
      for (const [name, { data }] of now) expect(data).toEqual(parameters.get(name)?.data);
    }
    await expect(trainer.inspect({})).rejects.toThrow(OptionError);
    trainer.dispose();
    base.dispose();
  },
);
