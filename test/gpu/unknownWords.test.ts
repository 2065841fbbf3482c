/** Unknown words: refused, left as gaps or copied, as a call or the model says, and always marked. */
import { everything, InputError, OptionError, Translator } from 'qkv';
import { random } from 'qkv/cpu';
import type { UnknownPolicy } from 'qkv/models';
import { buildVocabulary, DroppedBatches } from 'qkv/text';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { type Lesson, learn } from '../support/learnedFiles';
import { tinyTransformer } from '../support/tinyModels';

const device = useDevice();

const LETTERS = [...'abcde'];
const vocabulary = buildVocabulary([LETTERS]);
const convention = { case: 'lower', tokenised: true, unit: 'word' } as const;

/** Sentences of 2 or 3 letters, which are translated word by word to the next letter. */
const numbers = random(5);
const pairs = Array.from({ length: 200 }, () => {
  const indices = Array.from({ length: 2 + numbers.below(2) }, () => numbers.below(LETTERS.length));
  return {
    source: indices.map((i) => 4 + i),
    target: indices.map((i) => 4 + ((i + 1) % LETTERS.length)),
    links: indices.map((_, i) => [i, i] as const),
  };
});

async function learned(
  kind: Lesson['kind'],
  unknown: UnknownPolicy,
  steps: number,
): Promise<Translator> {
  const dropout = { rate: 0.2, sourceUnk: 3, targetUnk: 3 };
  const batches = new DroppedBatches(pairs, { ...dropout, batchSize: 16 });
  const { files } = await learn(device(), {
    ...{ kind, steps, source: vocabulary, target: vocabulary },
    text: { unknown, source: convention, target: convention },
    batch: () => batches.next().value!,
  });
  return Translator.load(files, { device: device(), ...everything });
}

describe('a model with attention', () => {
  let translator: Translator;
  beforeAll(async () => {
    translator = await learned('bahdanau', 'copy', 120);
  });
  afterAll(() => translator.dispose());

  it('copies the word that it looks at, and marks it', async () => {
    const { target, tokens, marks, sourceTokens, sourceMarks, hypotheses } =
      await translator.translate('a Zyzzyva c');
    expect(tokens).toEqual(['b', 'zyzzyva', 'd']);
    expect(target).toBe('b zyzzyva d');
    expect(marks).toEqual([undefined, { kind: 'copied', source: 1 }, undefined]);
    expect(sourceTokens).toEqual(['a', 'zyzzyva', 'c']);
    expect(sourceMarks).toEqual([undefined, { kind: 'unknown' }, undefined]);
    expect(hypotheses[0]).toMatchObject({ marks });
    const two = await translator.translate('foo b bar', { decoding: { kind: 'beam', width: 2 } });
    expect(two.target).toBe('foo c bar');
  });

  it('leaves a gap, or refuses the words, if a call says so', async () => {
    const told: string[] = [];
    const options = { unknown: 'unk', onToken: (token: string) => told.push(token) } as const;
    const gap = await translator.translate('a zyzzyva c', options);
    expect(gap).toMatchObject({ target: 'b … d', tokens: ['b', '…', 'd'] });
    expect(gap.marks).toEqual([undefined, { kind: 'unknown' }, undefined]);
    expect(told).toEqual(gap.tokens);
    const refused = translator.translate('a zyzzyva c', { unknown: 'error' });
    await expect(refused).rejects.toThrow(/does not know 'zyzzyva'.*or pass unknown: 'copy'/);
    await expect(refused).rejects.toBeInstanceOf(InputError);
    const wrong = { unknown: 'copied' } as unknown as { unknown: 'copy' };
    await expect(translator.translate('a', wrong)).rejects.toBeInstanceOf(OptionError);
  });

  it.each(['🐱', '👩‍👧 !', 'Wo ist der Hund?', '.', '<eos> <unk>', '\uD800', '猫がいる'])(
    'translates %j, too',
    async (text) => {
      const { tokens, marks, sourceMarks, sourceTokens } = await translator.translate(text);
      expect(marks).toHaveLength(tokens.length);
      expect(sourceMarks.every((mark) => mark?.kind === 'unknown')).toBe(true);
      expect(sourceMarks).toHaveLength(sourceTokens.length);
      expect(sourceTokens.length).toBeGreaterThan(0);
    },
  );
});

it('a model with one vector marks a gap where a word is missing', async () => {
  const translator = await learned('seq2seq', 'copy', 160);
  const { target, marks, alignment } = await translator.translate('a zyzzyva');
  expect(alignment).toEqual([]);
  expect(target).toBe('b …');
  expect(marks).toEqual([undefined, { kind: 'unknown' }]);
  translator.dispose();
});

it('a model that refuses unknown words reads them if a call says so', async () => {
  const translator = await Translator.load(tinyTransformer(), { device: device(), ...everything });
  await expect(translator.translate('a qat')).rejects.toBeInstanceOf(InputError);
  const { sourceMarks } = await translator.translate('a qat', { unknown: 'copy' });
  expect(sourceMarks).toEqual([undefined, { kind: 'unknown' }]);
  translator.dispose();
});
