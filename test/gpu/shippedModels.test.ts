/** The shipped models that learnt from texts alone: a GPT, a BERT and a BART of the grammar's English. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MaskFiller, Restorer, Writer } from 'qkv';
import { sampling } from 'qkv/generate';
import { bart, bert, gpt } from 'qkv/models';
import { expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();
const folder = (kind: string) => `demo/public/models/toy-${kind}`;
const options = () => ({ device: device(), kinds: [bart, bert, gpt] });

it('have at most 2.5 MB of weights together', () => {
  const bytes = ['gpt', 'bert', 'bart'].map(
    (kind) => statSync(join(folder(kind), 'model.safetensors')).size,
  );
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_500_000);
});

it('BERT fills in a mask, whichever way a genitive is written', async () => {
  const filler = await MaskFiller.load(folder('bert'), options());
  const texts = ["the boy's sister [MASK] not sleep", "the boy 's sister [MASK] not sleep."];
  const [found, other] = await Promise.all(texts.map((text) => filler.fill(text, { count: 4 })));
  const [words = []] = found?.masks ?? [];
  const auxiliaries = ['does', 'did', 'will', 'do'];
  const share = words
    .filter(({ token }) => auxiliaries.includes(token))
    .reduce((sum, { probability }) => sum + probability, 0);
  expect(share).toBeGreaterThan(0.9);
  expect(other?.masks).toEqual(found?.masks);
  filler.dispose();
});

it('GPT goes on to the end of a sentence', async () => {
  const writer = await Writer.load(folder('gpt'), { ...options(), decodings: [sampling] });
  const { text, finished } = await writer.write('the small black cat', {
    decoding: { kind: 'greedy' },
  });
  expect(finished).toBe(true);
  expect(text).toMatch(/^the small black cat \S+/);
  writer.dispose();
});

it('BART puts words where a mask is', async () => {
  const restorer = await Restorer.load(folder('bart'), options());
  const { tokens, finished } = await restorer.restore('the dog [MASK] the apple');
  expect(finished).toBe(true);
  expect(tokens.slice(0, 2)).toEqual(['the', 'dog']);
  expect(tokens.slice(-2)).toEqual(['the', 'apple']);
  restorer.dispose();
});
