/** Ways of decoding, for every model: against exhaustive search, against each other, against chance. */

import { AbortedError, everything, OptionError } from 'qkv';
import { Decoder, type Decoding, type Hypothesis } from 'qkv/generate';
import { compileGraph, ops, Program, StateStore, trace } from 'qkv/graph';
import {
  bahdanauModel,
  type LanguageModel,
  modelLayout,
  recurrentLanguageModel,
  seq2seqModel,
  type TranslationModel,
  transformerModel,
} from 'qkv/models';
import { initialArena, PARAMETERS, parameterScope, parameterStates } from 'qkv/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { isFull } from '../support/sample';

const device = useDevice();
const IDS = { pad: 0, bos: 1, eos: 2 };
/** pad, bos, eos and two words: all sequences of 4 tokens fit into 32 beams. */
const TARGETS = 5;
const CHOICES = [2, 3, 4];
const LONGEST = 4;
const SOURCES = 7;

const sizes = { sourceVocabulary: SOURCES, targetVocabulary: TARGETS, maxLength: LONGEST };
const recurrent = { ...sizes, embeddingSize: 8, hiddenSize: 12 };
const language = { vocabulary: TARGETS, embeddingSize: 12, hiddenSize: 12, maxLength: LONGEST };
const models: Readonly<Record<string, TranslationModel | LanguageModel>> = {
  transformer: transformerModel({
    ...sizes,
    modelSize: 16,
    heads: 2,
    feedForward: 16,
    encoderLayers: 1,
    decoderLayers: 2,
  }),
  bahdanau: bahdanauModel({ ...recurrent, attentionSize: 8 }),
  seq2seq: seq2seqModel({ ...recurrent, layers: 2 }),
  lstm: recurrentLanguageModel({ ...language, layers: 2 }),
  rnn: recurrentLanguageModel({ ...language, cell: 'tanh', layers: 1, tied: true }),
};

/** With attention over a source, and going on from a prompt; all in the full run. */
const tested = isFull ? Object.keys(models) : ['transformer', 'rnn'];

/** Two padded sources. */
const lengths = { shape: [2], data: Int32Array.of(3, 2) };
const sentences = { shape: [2, 3], data: Int32Array.of(3, 5, 2, 6, 2, 0) };
/** Two padded prompts, for language models. */
const prompts = { shape: [2, 3], data: Int32Array.of(1, 3, 4, 1, 4, 0) };

/** Every sequence of up to `longest` tokens that ends with eos, or is as long as it can be. */
function sequences(): readonly (readonly number[])[] {
  const all: (readonly number[])[] = [];
  const extend = (prefix: readonly number[]): void => {
    for (const id of CHOICES) {
      const next = [...prefix, id];
      if (id === IDS.eos || next.length === LONGEST) all.push(next);
      else extend(next);
    }
  };
  extend([]);
  return all;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe.each(tested)('decoding, %s', (kind) => {
  const model = models[kind]!;
  const isLanguageModel = model.firstToken !== undefined;
  const source = isLanguageModel ? prompts : sentences;
  const layout = modelLayout(model);
  let states: StateStore;
  beforeAll(() => {
    states = new StateStore(device());
  });
  afterAll(() => states.dispose());
  // Larger than at the start of training, so that distributions are not flat.
  const parameters = initialArena(layout, 11).map((value) => 2.5 * value);

  async function decode(
    decoding: Decoding,
    options: { seed?: number; attention?: boolean } = {},
  ): Promise<readonly (readonly Hypothesis[])[]> {
    const decoder = await Decoder.create(device(), model, layout, states, {
      maxBatch: 2,
      ids: IDS,
      decoding,
      decodings: everything.decodings,
      attention: options.attention === true,
    });
    states.write(PARAMETERS, parameters);
    const result = await decoder.decode(source, lengths, { seed: options.seed });
    decoder.dispose();
    return result;
  }

  /** Log-probability of every token of every sequence, by teacher forcing; pad and bos never come. */
  async function exhaustive(sentence: number): Promise<readonly (readonly number[])[]> {
    const all = sequences();
    const row = [...source.data.subarray(3 * sentence, 3 * sentence + 3)];
    // What comes before the first token: a prompt, or bos.
    const before = isLanguageModel ? row.slice(0, lengths.data[sentence]) : [IDS.bos];
    const width = before.length - 1 + LONGEST;
    const graph = trace(
      (inputs, state) => {
        const scope = parameterScope(layout, state);
        const logits = model.logits(scope, {
          source: inputs('source'),
          sourceLengths: inputs('lengths'),
          targetInput: inputs('target'),
        });
        return { outputs: { logs: ops.logSoftmax(logits) } };
      },
      {
        inputs: {
          source: { dtype: 'i32', shape: [all.length, 3] },
          lengths: { dtype: 'i32', shape: [all.length] },
          target: { dtype: 'i32', shape: [all.length, width] },
        },
        states: parameterStates(layout),
      },
    );
    const program = await Program.create(device(), compileGraph(graph), states);
    states.write(PARAMETERS, parameters);
    program.run({
      source: { shape: [all.length, 3], data: Int32Array.from(all.flatMap(() => row)) },
      lengths: {
        shape: [all.length],
        data: new Int32Array(all.length).fill(lengths.data[sentence]!),
      },
      target: {
        shape: [all.length, width],
        data: Int32Array.from(
          all.flatMap((ids) => [...before, ...ids.slice(0, -1), 0, 0, 0].slice(0, width)),
        ),
      },
    });
    const { logs } = await program.read('logs');
    program.dispose();
    return all.map((ids, i) =>
      ids.map((id, t) => {
        const log = (other: number) =>
          logs.data[(i * width + before.length - 1 + t) * TARGETS + other]!;
        return log(id) - Math.log(sum(CHOICES.map((other) => Math.exp(log(other)))));
      }),
    );
  }

  /** A hypothesis as a sequence: its ids, and its end. */
  const whole = ({ ids, finished }: Hypothesis) => [...ids, ...(finished ? [IDS.eos] : [])];

  it.each([0, 0.7])('finds the best of all sequences, length penalty %s', async (alpha) => {
    const all = sequences();
    const found = await decode({ kind: 'beam', width: 32, lengthPenalty: alpha, best: 5 });
    for (const sentence of [0, 1]) {
      const scores = await exhaustive(sentence);
      const ranked = all
        .map((ids, i) => ({ ids, score: sum(scores[i]!), rank: 0 }))
        .map((item) => ({ ...item, rank: item.score / ((5 + item.ids.length) / 6) ** alpha }))
        .sort((a, b) => b.rank - a.rank)
        .slice(0, 5);
      found[sentence]!.forEach((hypothesis, k) => {
        const want = ranked[k]!;
        expect(Math.abs(hypothesis.score! - want.score), `hypothesis ${k}`).toBeLessThan(1e-4);
        expect(sum(hypothesis.tokenScores!)).toBeCloseTo(hypothesis.score!, 4);
      });
      expect(whole(found[sentence]![0]!)).toEqual(ranked[0]!.ids);
    }
  });

  it('with one beam is greedy', async () => {
    const beam = await decode({ kind: 'beam', width: 1 });
    const greedy = await decode({ kind: 'greedy', scores: true });
    beam.forEach(([hypothesis], b) => {
      const other = greedy[b]![0]!;
      expect(hypothesis!.ids).toEqual(other.ids);
      expect(hypothesis!.score!).toBeCloseTo(other.score!, 4);
    });
  });

  it('samples the most likely token when nothing else is left', async () => {
    const greedy = await decode({ kind: 'greedy' });
    const ways: readonly Decoding[] = [
      { kind: 'sample', topK: 1 },
      { kind: 'sample', topP: 1e-6 },
      { kind: 'sample', temperature: 1e-4 },
    ];
    for (const decoding of ways) {
      const sampled = await decode(decoding, { seed: 5 });
      expect(sampled.map(([h]) => h!.ids)).toEqual(greedy.map(([h]) => h!.ids));
    }
  });

  it('samples as likely as the model says, and the same for one seed', async () => {
    const count = 400;
    const sampled = await decode({ kind: 'sample', count }, { seed: 3 });
    expect(await decode({ kind: 'sample', count }, { seed: 3 })).toEqual(sampled);
    const scores = await exhaustive(0);
    const first = sequences().map((ids, i) => [ids[0]!, Math.exp(scores[i]![0]!)] as const);
    const likely = new Map(first);
    // How often each first token was drawn, against a binomial's five deviations.
    const drawn = sampled[0]!.map((hypothesis) => whole(hypothesis)[0]);
    for (const [id, p] of likely) {
      const share = drawn.filter((other) => other === id).length / count;
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count) + 1e-9);
    }
  });

  it.runIf(model.attends)(
    'takes a coverage penalty, and gives the attention weights of its path',
    async () => {
      const plain = await decode({ kind: 'beam', width: 4 }, { attention: true });
      const covered = await decode(
        { kind: 'beam', width: 4, coveragePenalty: 0.4, best: 2 },
        { attention: true },
      );
      for (const [hypothesis] of [...plain, ...covered]) {
        for (const row of hypothesis!.attention!) expect(sum(row)).toBeCloseTo(1, 4);
        expect(hypothesis!.attention).toHaveLength(hypothesis!.ids.length);
      }
    },
  );

  it('refuses what cannot work', async () => {
    const bad: readonly Decoding[] = [
      { kind: 'beam', width: 0 },
      { kind: 'beam', width: 3, best: 4 },
      { kind: 'beam', width: 3, lengthPenalty: -1 },
      { kind: 'sample', temperature: 0 },
      { kind: 'sample', topK: 1.5 },
      { kind: 'sample', topP: 0 },
      { kind: 'magic' } as unknown as Decoding,
      { kind: 'beam', width: 2, depth: 3 } as unknown as Decoding,
      ...(model.attends ? [] : [{ kind: 'beam', width: 2, coveragePenalty: 1 } as const]),
    ];
    for (const decoding of bad) await expect(decode(decoding)).rejects.toThrow(OptionError);
  });

  it('stops when asked', async () => {
    const decoder = await Decoder.create(device(), model, layout, states, {
      maxBatch: 2,
      ids: IDS,
      stepsPerSubmit: 1,
    });
    const abort = new AbortController();
    const decoding = decoder.decode(source, lengths, {
      signal: abort.signal,
      onIds: () => abort.abort(),
    });
    await expect(decoding).rejects.toThrow(AbortedError);
    decoder.dispose();
  });
});
