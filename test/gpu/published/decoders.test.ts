/**
 * Published decoder-only models, as files: GPT-2, Llama 3, Qwen and Gemma say what the reference
 * says in float64, of whole texts and step by step over the caches.
 */
import { Decoder } from 'qkv/generate';
import { gemma, gpt2, llama } from 'qkv/models';
import { PARAMETERS, ParameterStore, packArena } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import {
  cachedSteps,
  promptsOf,
  publishedDecoder,
  wholeTexts,
} from '../../support/publishedDecoders';
import { MARGIN, publishedFolder } from '../../support/publishedStacks';
import { sampled } from '../../support/sample';

const device = useDevice();
/** Of Qwen's tokenizer. */
const EOS = 2;
/** In the order of their importance for a short run. */
const KINDS = { gpt2, qwen3: llama, gemma, llama3: llama, qwen2: llama } as const;
const NAMES = ['gpt2', 'qwen3', 'gemma', 'llama3', 'qwen2'] as const;

describe.each(sampled(NAMES, 2))('%s', (name) => {
  const folder = publishedFolder(name);
  const decoder = publishedDecoder(KINDS[name], folder);

  it('has the logits and hidden states of the reference, of texts of different lengths', async () => {
    const found = await wholeTexts(device(), decoder, folder);
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(folder.errors).toSorted());
    for (const [output, distance] of Object.entries(found)) {
      const bound = MARGIN * defined(folder.errors[output], output);
      expect(distance, output).toBeLessThanOrEqual(bound);
    }
  });

  it('has the logits of its greedy steps over the caches, whose prompts differ in length', async () => {
    // Steps are products of fewer terms than whole texts, whose error the reference gives.
    const bound = MARGIN * defined(folder.errors['out.logits'], 'error');
    expect(await cachedSteps(device(), decoder, folder)).toBeLessThanOrEqual(bound);
  });
});

it('decodes greedily what the reference decodes, from prompts of different lengths', async () => {
  const folder = publishedFolder('qwen3');
  const { model, layout, parameters } = publishedDecoder(llama, folder);
  const store = ParameterStore.initial(device(), layout);
  store.states.write(PARAMETERS, packArena(layout, parameters));
  const { source, lengths, fed } = promptsOf(folder);
  const decoder = await Decoder.create(device(), model, layout, store.states, {
    maxBatch: lengths.data.length,
    ids: { pad: 0, bos: 0, eos: EOS },
  });
  const found = await decoder.decode(source, lengths);
  decoder.dispose();
  store.dispose();
  const until = (ids: readonly number[]) =>
    ids.includes(EOS) ? ids.slice(0, ids.indexOf(EOS)) : ids;
  const firsts = found.map(([best]) => best?.ids.slice(0, fed[0]?.length));
  expect(firsts).toEqual(fed.map(until));
});

it('keeps only the keys and values of few heads', () => {
  const { model } = publishedDecoder(gemma, publishedFolder('gemma'));
  // One head of 32 channels for four of queries.
  expect(model.decoderState(3)['cache.0']?.shape).toEqual([3, 96, 2 * 32]);
});
