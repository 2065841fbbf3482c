/**
 * Published models of every kind through their loads: they generate, fill in, classify and embed as
 * the reference implementation does.
 */
import {
  Classifier,
  Embedder,
  hub,
  hubEncoder,
  MaskFiller,
  TextIndex,
  Translator,
  Writer,
} from 'qkv';
import {
  allGenerationRules,
  publishedBeamSearch,
  sampling,
  scoredGreedy,
  stop,
} from 'qkv/generate';
import { torchFile, torchShards } from 'qkv/io';
import { bert, gemma, gpt2, llama, m2m100, marian, mbart, publishedBart, t5 } from 'qkv/models';
import { m2m100Tokenizer, marianTokenizer, readChatTemplate, tokenizerJson } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { useDevice } from '../../support/device';
import { type GenerationCase, type HubModel, hubModelsFor } from '../../support/hubModels';
import { isFull } from '../../support/sample';

const device = useDevice();
const options = () => ({
  device: device(),
  kinds: [gemma, gpt2, llama, m2m100, marian, mbart, publishedBart, t5],
  decodings: [allGenerationRules, publishedBeamSearch, sampling, scoredGreedy, stop],
});
const reading = () => ({ device: device(), kinds: [bert] });
const settings = {
  files: [torchFile, torchShards],
  tokenizers: [tokenizerJson, marianTokenizer, m2m100Tokenizer],
  chat: readChatTemplate,
  batch: 4,
};
const encoding = { files: [torchFile], tokenizers: [tokenizerJson], batch: 4 };

/** Both runs sum up to 24 log-probabilities in float32, of logits up to 20 with errors of 1e-5. */
const SCORE_BOUND = 1e-4;
/** Probabilities from logits whose errors are about 1e-5 at most. */
const PROBABILITY_BOUND = 1e-5;

/** Greedy decoding and a search of each model, or all cases. */
function casesOf({ expected: { generate = [] } }: HubModel): readonly GenerationCase[] {
  return isFull ? generate : generate.slice(0, 2);
}

describe.each(hubModelsFor('generate'))('$name', (model) => {
  it.each(casesOf(model))('generates: $name', async ({ options: asked, rows }) => {
    // The files of some ask for sampling, which their cases with beams leave out.
    const generation = { ...asked, doSample: asked.do_sample === true };
    const source = hub(model.source(), { ...settings, generation });
    const texts = rows.map(({ text }) => text);
    const loaded = model.isEncoderDecoder
      ? await Translator.load(source, options())
      : await Writer.load(source, options());
    const found =
      loaded instanceof Translator
        ? (await loaded.translateAll(texts)).map(({ target, hypotheses }) => ({
            texts: hypotheses.map((each) => each.target),
            text: target,
            hypotheses,
          }))
        : (await loaded.writeAll(texts)).map(({ continuation, hypotheses }) => ({
            texts: undefined,
            text: continuation,
            hypotheses,
          }));
    rows.forEach(({ sequences, scores, texts: expected }, i) => {
      const { text, texts: all, hypotheses } = defined(found[i], 'result');
      expect(text).toBe(expected[0]);
      if (all !== undefined) expect(all).toEqual(expected);
      hypotheses.forEach(({ ids, finished }, k) => {
        const sequence = defined(sequences[k], 'sequence').slice(model.isEncoderDecoder ? 1 : 0);
        // After its end, the reference fills a sequence up.
        expect(ids).toEqual(finished ? sequence.slice(0, ids.length) : sequence);
        if (finished) expect(ids.length).toBeLessThanOrEqual(sequence.length);
      });
      expect(hypotheses.length).toBe(sequences.length);
      scores?.forEach((score, k) => {
        const own = defined(hypotheses[k], 'hypothesis').rank;
        expect(Math.abs(defined(own, 'rank') - score)).toBeLessThan(SCORE_BOUND);
      });
    });
    loaded.dispose();
  });
});

describe('a published encoder', () => {
  it.each(hubModelsFor('fill'))('fills in: $name', async ({ source, expected }) => {
    const filler = await MaskFiller.load(hubEncoder(source(), encoding), reading());
    const cases = expected.fill ?? [];
    const found = await filler.fillAll(
      cases.map(({ text, pair }) => (pair === undefined ? text : ([text, pair] as const))),
    );
    cases.forEach(({ masks }, i) => {
      masks.forEach(({ top }, k) => {
        const candidates = defined(found[i]?.masks[k], 'mask');
        expect(candidates.map(({ token }) => token)).toEqual(top.map(({ token }) => token));
        top.forEach(({ probability }, j) => {
          const own = defined(candidates[j], 'candidate').probability;
          expect(Math.abs(own - probability)).toBeLessThan(PROBABILITY_BOUND);
        });
      });
    });
    filler.dispose();
  });

  it.each(hubModelsFor('classify'))('classifies: $name', async ({ source, expected }) => {
    const classifier = await Classifier.load(hubEncoder(source(), encoding), reading());
    const cases = expected.classify ?? [];
    const found = await classifier.classifyAll(cases.map(({ text }) => text));
    cases.forEach(({ scores }, i) => {
      const { labels } = defined(found[i], 'result');
      expect(labels.map(({ label }) => label).toSorted()).toEqual(Object.keys(scores).toSorted());
      for (const { label, probability } of labels) {
        expect(Math.abs(probability - defined(scores[label], label))).toBeLessThan(
          PROBABILITY_BOUND,
        );
      }
    });
    classifier.dispose();
  });

  it.each(hubModelsFor('embed'))('embeds: $name', async ({ source, expected, embeddings }) => {
    const embedder = await Embedder.load(hubEncoder(source(), encoding), reading());
    const { texts } = defined(expected.embed, 'embed');
    const found = await embedder.embedAll(texts);
    const wanted = embeddings();
    const size = defined(found[0], 'vector').length;
    found.forEach((vector, i) => {
      const row = wanted.subarray(i * size, (i + 1) * size);
      const errors = row.map((value, k) => Math.abs(value - defined(vector[k], 'value')));
      // Values of a vector of length 1 from sums whose error in float32 is 1.5e-6 for values to 5.
      expect(Math.max(...errors)).toBeLessThan(1e-6);
    });
    // One vector is that of a batch, and a text is nearest to itself.
    const [text = ''] = texts;
    expect(await embedder.similarity(text, text)).toBeCloseTo(1, 5);
    const index = await TextIndex.create(embedder, texts);
    const [nearest] = await index.search(text, 2);
    expect(nearest?.text).toBe(text);
    expect(nearest?.score).toBeCloseTo(1, 5);
    index.dispose();
    embedder.dispose();
  });
});
