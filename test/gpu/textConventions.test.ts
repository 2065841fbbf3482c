/** Text belongs to the model: translators read and write as their model was trained. */
import { everything, Translator } from 'qkv';
import type { TranslationText } from 'qkv/models';
import { buildVocabulary, type Codec, SubwordCodec, textRules, tokenise } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { batchOf, learn } from '../support/learnedFiles';

const device = useDevice();

const rawText = { case: 'cased', tokenised: false, unit: 'word' } as const;
const lower = (language: string) =>
  ({ language, case: 'lower', tokenised: true, unit: 'word' }) as const;

/** A translator that knows these pairs by heart. */
async function learned(
  pairs: readonly (readonly [string, string])[],
  text: TranslationText,
  codecOf: (sentences: readonly (readonly string[])[]) => Codec,
): Promise<Translator> {
  const split = (side: 0 | 1, { split }: ReturnType<typeof textRules>) =>
    pairs.map((pair) => split(pair[side]));
  const sources = split(0, textRules(text.source));
  const targets = split(1, textRules(text.target));
  const [source, target] = [codecOf(sources), codecOf(targets)];
  const batch = batchOf(
    sources.map((words, i) => ({
      source: source.encode(words),
      target: target.encode(targets[i]!),
    })),
  );
  const options = { kind: 'transformer', source, target, text, batch: () => batch } as const;
  const { files, loss } = await learn(device(), { ...options, steps: 70 });
  expect(loss).toBeLessThan(0.2);
  return Translator.load(files, { device: device(), ...everything });
}

describe('a translator', () => {
  it('of raw words reads and writes these as they are', async () => {
    const pairs = [
      ['Go.', 'Va !'],
      ['Tom is here.', 'Tom est ici.'],
    ] as const;
    const text = { unknown: 'error', source: rawText, target: rawText } as const;
    const translator = await learned(pairs, text, buildVocabulary);
    for (const [source, target] of pairs) {
      expect(await translator.translate(source)).toMatchObject({
        ...{ source, target, sourceTokens: source.split(' ') },
      });
    }
    translator.dispose();
  });

  it('of lower-case German into English spaces its answer as English', async () => {
    const text = { unknown: 'unk', source: lower('de'), target: lower('en') } as const;
    const pairs = [
      ['Wie geht es dir?', 'How are you?'],
      ['Mir geht es gut, danke!', "I'm fine, thanks!"],
    ] as const;
    const translator = await learned(pairs, text, buildVocabulary);
    for (const [source, target] of pairs) {
      expect(await translator.translate(source)).toMatchObject({
        target: target.toLowerCase(),
        sourceTokens: tokenise(source, { language: 'de' }),
      });
    }
    expect((await translator.translate('wie GEHT es dir ?')).target).toBe('how are you?');
    translator.dispose();
  });

  it('of raw byte pairs gives capitals, signs and spaces as its target has them', async () => {
    const text = { unknown: 'unk', source: rawText, target: rawText } as const;
    const pairs = [
      ['A man in a Red hat sleeps.', 'Ein Mann mit rotem Hut schläft.'],
      ['Two girls, one dog!', 'Zwei Mädchen, ein „Hund“ 🐕‍🦺!'],
      ['Is it Tom?', 'Est-ce Tom\u202F?'],
    ] as const;
    const codecOf = (sentences: readonly (readonly string[])[]) =>
      SubwordCodec.train([...sentences, ...sentences], 280);
    const translator = await learned(pairs, text, codecOf);
    for (const [source, target] of pairs) {
      const told: string[] = [];
      const onToken = (token: string) => told.push(token);
      const translation = await translator.translate(source, { onToken });
      expect(translation.target).toBe(target);
      // Characters of several tokens come whole, and nothing else is in between.
      expect(told.join('')).toBe(target);
      expect(told.filter((piece) => piece.includes('\uFFFD'))).toEqual([]);
      expect(translation.tokens.join('')).toBe(target);
      expect(translation.sourceTokens.join('')).toBe(source);
    }
    const { tokens } = await translator.translate(pairs[1][0]);
    expect(tokens).toContain('');
    translator.dispose();
  });
});
