/** Translators in float64 on the CPU, against what the shipped models answer on a GPU. */
import { readFile } from 'node:fs/promises';
import { AbortedError, DisposedError, OptionError } from 'qkv';
import { CpuTranslator } from 'qkv/cpu';
import { alternatives, beamSearch } from 'qkv/generate';
import { bahdanau, seq2seq, transformer } from 'qkv/models';
import { expect, it } from 'vitest';
import recorded from '../../../demo/recorded.json' with { type: 'json' };
import { sampled } from '../../support/sample';

const FOLDER = new URL('../../../demo/public/models/', import.meta.url);

async function load(name: string) {
  const files = ['model.json', 'model.safetensors'].map(
    async (file) => [file, await readFile(new URL(`${name}/${file}`, FOLDER))] as const,
  );
  return CpuTranslator.load(Object.fromEntries(await Promise.all(files)), {
    kinds: [transformer, bahdanau, seq2seq],
    decodings: [alternatives, beamSearch],
  });
}

it.each(sampled(['toy-transformer', 'toy-bahdanau', 'toy-seq2seq'] as const, 3))(
  '%s answers as on a GPU, with the same attention',
  async (name) => {
    const { source, tokens, alignment } = recorded[name];
    const translator = await load(name);
    const streamed: string[] = [];
    const answer = await translator.translate(source, { onToken: (token) => streamed.push(token) });
    expect(answer.tokens).toEqual(tokens);
    expect(streamed).toEqual(tokens);
    expect(answer.alignment.length).toBe(alignment.length);
    for (const [t, row] of alignment.entries()) {
      // What is recorded has three decimals.
      for (const [s, weight] of row.entries()) {
        expect(Math.abs((answer.alignment[t]?.[s] ?? 0) - weight)).toBeLessThan(0.00051);
      }
    }
  },
);

it('copies unknown words, searches with beams, and gives alternatives', async () => {
  const translator = await load('toy-transformer');
  const { hypotheses } = await translator.translate('the cat sees a house', {
    decoding: { kind: 'beam', width: 3, best: 3, alternatives: 2 },
  });
  const scores = hypotheses.map(({ score = Number.NaN }) => score);
  expect(scores.length).toBe(3);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(hypotheses[0]?.target).toBe('le chat voit une maison');
  const [first = []] = hypotheses[0]?.alternatives ?? [];
  expect(first[0]?.token).toBe('le');
});

it('stops when it is told to, and knows its options', async () => {
  const translator = await load('toy-transformer');
  const stop = new AbortController();
  const translating = translator.translate('the cat sees a house', {
    signal: stop.signal,
    onToken: () => stop.abort(),
  });
  await expect(translating).rejects.toThrow(AbortedError);
  // The next call is not affected.
  expect((await translator.translate('she sleeps')).target).toBe('elle dort');
  translator.dispose();
  await expect(translator.translate('she sleeps')).rejects.toThrow(DisposedError);
  await expect(
    CpuTranslator.load({}, { kinds: [transformer], device: undefined } as never),
  ).rejects.toThrow(OptionError);
  const other = await load('toy-transformer');
  await expect(other.translate('she sleeps', { inspect: ['**'] } as never)).rejects.toThrow(
    /'inspect' needs a GPU/,
  );
});
