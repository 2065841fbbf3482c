/** Prompts of different length in one batch give what each gives alone, and what a whole forward pass gives. */

import { everything } from 'qkv';
import { Decoder, type Decoding, type Hypothesis } from 'qkv/generate';
import { compile, dim, i32, type Tensor } from 'qkv/graph';
import { type GptOptions, gptModel, modelLayout } from 'qkv/models';
import { ParameterStore, type Scope } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { cachedLanguage } from '../support/cachedLanguage';
import { useDevice } from '../support/device';
import { IDS, wholeIds } from '../support/tables';

const device = useDevice();
const SIZES = { vocabulary: 13, maxLength: 10 };
const PROMPTS = [[1], [1, 5, 9, 3], [1, 7], [1, 4, 4, 8, 11, 3, 6, 12, 5], [1, 12, 6]];

function padded(prompts: readonly (readonly number[])[]) {
  const columns = Math.max(...prompts.map((prompt) => prompt.length));
  const data = prompts.flatMap((prompt) => [
    ...prompt,
    ...Array<number>(columns - prompt.length).fill(IDS.pad),
  ]);
  return [
    { shape: [prompts.length, columns], data: Int32Array.from(data) },
    { shape: [prompts.length], data: Int32Array.from(prompts, ({ length }) => length) },
  ] as const;
}

const STACK = { ...SIZES, modelSize: 16, heads: 2, feedForward: 24, layers: 2 };

/** A GPT whose embeddings are large enough for its untrained answers to differ. */
function gptSubject(options: Partial<GptOptions>) {
  const model = gptModel({ ...STACK, ...options });
  const whole = (scope: Scope, targetInput: Tensor) => model.logits(scope, { targetInput });
  return { model, layout: modelLayout(model), whole, input: i32(1, dim('T', SIZES.maxLength)) };
}

const SUBJECTS = {
  'layers of one’s own': () => cachedLanguage({ ...SIZES, positions: 'learned' }),
  gpt: () => gptSubject({}),
  'gpt, sinusoidal positions, post-norm': () =>
    gptSubject({ positions: 'sinusoidal', normFirst: false }),
  'gpt, rotary positions, untied': () => gptSubject({ positions: 'rotary', tied: false }),
} as const;

describe.each(Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[])('%s', (name) => {
  const { model, layout, whole, input } = SUBJECTS[name]();

  async function decodeAll(store: ParameterStore, decoding: Decoding) {
    const decoder = await Decoder.create(device(), model, layout, store.states, {
      maxBatch: PROMPTS.length,
      ids: IDS,
      decoding,
      decodings: everything.decodings,
      startup: 'quick',
      stepsPerSubmit: 3,
    });
    const together = await decoder.decode(...padded(PROMPTS));
    const alone: (readonly Hypothesis[])[] = [];
    for (const prompt of PROMPTS) alone.push(...(await decoder.decode(...padded([prompt]))));
    decoder.dispose();
    return { together, alone };
  }

  const decodings: readonly Decoding[] = [
    { kind: 'greedy' },
    { kind: 'greedy', scores: true },
    ...(name === 'gpt'
      ? [
          { kind: 'sample', topK: 1 } as const,
          { kind: 'beam', width: 3, best: 3, lengthPenalty: 0.6 } as const,
        ]
      : []),
  ];
  it.each(decodings)('by %o', async (decoding) => {
    const store = ParameterStore.initial(device(), layout, 5);
    const { together, alone } = await decodeAll(store, decoding);
    together.forEach((hypotheses, b) => {
      expect(hypotheses.map(wholeIds)).toEqual(alone[b]!.map(wholeIds));
      hypotheses.forEach(({ ids, score, tokenScores }, k) => {
        // A row ends where its prompt and its tokens are as long as the model allows.
        expect(ids.length).toBeLessThanOrEqual(SIZES.maxLength - PROMPTS[b]!.length + 1);
        if (score === undefined) return;
        expect(score).toBeCloseTo(alone[b]![k]!.score!, 4);
        expect(tokenScores).toHaveLength(wholeIds(hypotheses[k]!).length);
      });
    });
    expect(new Set(together.map(([first]) => first!.ids.length)).size).toBeGreaterThan(1);
    store.dispose();
  });

  it('gives the tokens of a forward pass over the whole text', async () => {
    const store = ParameterStore.initial(device(), layout, 5);
    const { together } = await decodeAll(store, { kind: 'greedy' });
    const forward = await compile(
      device(),
      (scope, { ids }) => whole(scope, ids),
      { ids: input },
      store,
    );
    for (const [b, prompt] of PROMPTS.entries()) {
      const text = [...prompt];
      while (text.length <= SIZES.maxLength && text.at(-1) !== IDS.eos) {
        const { data } = await forward({
          ids: { shape: [1, text.length], data: Int32Array.from(text) },
        });
        const row = [...data.slice(-SIZES.vocabulary)];
        row[IDS.pad] = row[IDS.bos] = Number.NEGATIVE_INFINITY;
        text.push(row.indexOf(Math.max(...row)));
      }
      expect(wholeIds(together[b]![0]!), `prompt ${b}`).toEqual(text.slice(prompt.length));
    }
    for (const made of [forward, store]) made.dispose();
  });
});
