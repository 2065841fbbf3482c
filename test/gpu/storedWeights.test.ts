/** The shipped translator with its weights in every format: as good as before, in fewer bytes. */
import { readFile } from 'node:fs/promises';
import { everything } from 'qkv';
import { Decoder } from 'qkv/generate';
import { StateStore } from 'qkv/graph';
import { readTensors } from 'qkv/io';
import { modelLayout, readDescription } from 'qkv/models';
import { type ParameterDType, parameterBytes, storeAs, storedParameters } from 'qkv/nn';
import { groupReferences } from 'qkv/text';
import { beforeAll, describe, expect, it } from 'vitest';
import { toySplit } from '../../tools/lib/corpora';
import { scoreAll, translateAll } from '../../tools/lib/translate';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';

const device = useDevice();
const FOLDER = 'demo/public/models/toy-transformer';
const SENTENCES = 24;

interface Outcome {
  readonly bleu: number;
  readonly parameterBytes: number;
  /** Of plans, states and parameters. */
  readonly liveBytes: number;
}

async function translate(format: ParameterDType): Promise<Outcome> {
  const { model, source, target, text } = readDescription(
    await readFile(`${FOLDER}/model.json`, 'utf8'),
    everything,
  );
  const layout = storeAs(modelLayout(model), format);
  const before = device().liveBytes;
  const states = new StateStore(device());
  const decoder = await Decoder.create(device(), model, layout, states, {
    maxBatch: SENTENCES,
    ids: target,
    startup: 'quick',
  });
  const tensors = readTensors(await readFile(`${FOLDER}/model.safetensors`));
  for (const [name, data] of storedParameters(layout, tensors)) states.write(name, data);
  const liveBytes = device().liveBytes - before;
  const held = groupReferences(toySplit('test', 1, SENTENCES));
  const hypotheses = await translateAll(decoder, held, source, target, { batchSize: SENTENCES });
  decoder.dispose();
  states.dispose();
  expect(device().liveBytes).toBe(before);
  const { bleu } = scoreAll(hypotheses, held, text.target);
  return { bleu, liveBytes, parameterBytes: parameterBytes(layout) };
}

describe('weights of the shipped transformer', () => {
  let floats: Outcome;
  beforeAll(async () => {
    floats = await translate('f32');
  });

  // Bits of a weight with its scale, of 32; biases and norms, 1% of the parameters, stay float32.
  const formats = [
    ['int8', 8.5 / 32, 0.5],
    ['f16', 16 / 32, 0.1],
    ['int4', 5 / 32, 5],
  ] as const;
  it.each(sampled(formats, 2))('%s: fewer bytes, BLEU as with f32', async (format, part, lost) => {
    expect(floats.bleu).toBeGreaterThan(95);
    const got = await translate(format);
    console.log(
      `${format}: BLEU ${got.bleu.toFixed(2)} (f32 ${floats.bleu.toFixed(2)}), ` +
        `${got.parameterBytes} bytes of ${floats.parameterBytes}`,
    );
    expect(got.bleu).toBeGreaterThanOrEqual(floats.bleu - lost);
    expect(got.parameterBytes / floats.parameterBytes).toBeGreaterThan(part);
    expect(got.parameterBytes / floats.parameterBytes).toBeLessThan(part + 0.03);
    expect(floats.liveBytes - got.liveBytes).toBe(floats.parameterBytes - got.parameterBytes);
  });
});
