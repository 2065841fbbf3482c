/** A translator as an app has it, with the shipped models and every way of decoding. */
import { everything, OptionError, Translator } from 'qkv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';

const SENTENCE = 'the small black cat sees a big house';

describe.each(['toy-transformer', 'toy-bahdanau'])('%s', (name) => {
  let translator: Translator;

  beforeAll(async () => {
    const gpu = await nodeGpu();
    translator = await Translator.load(`demo/public/models/${name}`, { gpu, ...everything });
  });
  afterAll(() => translator.dispose());

  it('translates, token by token', async () => {
    const told: string[] = [];
    const onToken = (token: string) => told.push(token);
    const { target, tokens, alignment, hypotheses } = await translator.translate(SENTENCE, {
      onToken,
    });
    expect(target).toBe('le petit chat noir voit une grande maison');
    expect(told).toEqual(tokens);
    expect(hypotheses).toHaveLength(1);
    // 'noir' is written where 'black' is read.
    const row = alignment[tokens.indexOf('noir')]!;
    expect(row.indexOf(Math.max(...row))).toBe(SENTENCE.split(' ').indexOf('black'));
  });

  it('gives the five best of a beam, with their log-probabilities', async () => {
    const greedy = await translator.translate(SENTENCE);
    const told: string[] = [];
    const { hypotheses, target } = await translator.translate(SENTENCE, {
      decoding: { kind: 'beam', width: 5, best: 5 },
      onToken: (token) => told.push(token),
    });
    expect(target).toBe(greedy.target);
    expect(told).toEqual(hypotheses[0]!.tokens);
    expect(new Set(hypotheses.map((one) => one.target)).size).toBe(5);
    const scores = hypotheses.map(({ score }) => score!);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const { score, tokenScores } of hypotheses) {
      expect(tokenScores!.reduce((a, b) => a + b, 0)).toBeCloseTo(score!, 4);
    }
  });

  it('samples by its seed', async () => {
    const sample = async (seed: number) =>
      (
        await translator.translate(SENTENCE, {
          decoding: { kind: 'sample', temperature: 3, topK: 40 },
          seed,
        })
      ).target;
    expect(await sample(1)).toBe(await sample(1));
    const several = new Set([await sample(1), await sample(2), await sample(3), await sample(4)]);
    expect(several.size).toBeGreaterThan(1);
  });

  it('refuses what it cannot do, and stays usable', async () => {
    const beam = { kind: 'beam', width: 99 } as const;
    await expect(translator.translate(SENTENCE, { decoding: beam })).rejects.toThrow(OptionError);
    expect((await translator.translate(SENTENCE)).tokens.length).toBeGreaterThan(3);
  });
});
