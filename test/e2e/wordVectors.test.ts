/** `npm run train` with word vectors: a file of sentences, resumed, written as text that reads back. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSafetensors, readTextVectors, toFloat32 } from 'qkv/io';
import { WORD_VECTORS } from 'qkv/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from '../support/command';

let folder = '';
const path = (name: string) => join(folder, name);
const animals = ['cat', 'dog', 'bird', 'fish', 'horse'];
const foods = ['bread', 'rice', 'soup', 'cake', 'fruit'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-words-'));
  const lines = animals.flatMap((a) => foods.flatMap((b) => [`the ${a} eats ${b}`, `a ${a} runs`]));
  await writeFile(path('text.txt'), lines.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = (kind: string, out: string, ...more: readonly string[]) =>
  runHere(
    'train',
    ...['--model', kind, '--train', path('text.txt'), '--dev', path('text.txt')],
    ...['--embedding', '8', '--window', '2', '--lr', '0.05'],
    ...['--subsample', '0', '--batch', '16', '--warmup', '2', '--eval-every', '100', '--json'],
    ...['--out', path(out), ...more],
  );
const last = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
const training = async (name: string) =>
  JSON.parse(await readFile(path(`${name}/training.json`), 'utf8'));

it('trains, resumes as if it had not stopped, and writes vectors as text', async () => {
  const whole = await train('skipgram', 'whole', '--steps', '150');
  expect(whole.code, whole.stderr).toBe(0);
  const { devLoss, unigramLoss, sample } = last(whole.stdout);
  expect(devLoss).toBeLessThan(unigramLoss);
  expect(sample).toContain(':');

  const part = await train('skipgram', 'part', '--steps', '7');
  expect(part.code, part.stderr).toBe(0);
  const resumed = await train('skipgram', 'part', '--steps', '150', '--resume');
  expect(resumed.stderr).toContain('resumed after step 7');
  expect((await training('part')).losses).toEqual((await training('whole')).losses);

  const { words, vectors } = await readTextVectors(createReadStream(path('whole/vectors.txt')));
  expect(words).toEqual(expect.arrayContaining(['the', ...animals, ...foods]));
  const { tensors } = parseSafetensors(await readFile(path('whole/model.safetensors')));
  const stored = toFloat32(WORD_VECTORS, tensors.get(WORD_VECTORS)!).subarray(4 * 8);
  expect(vectors.shape).toEqual([words.length, 8]);
  // The weights are stored as f16: 11 bits, from 2^-24 on.
  vectors.data.forEach((value, i) => {
    expect(Math.abs(value - stored[i]!)).toBeLessThanOrEqual(2 ** -11 * Math.abs(value) + 2 ** -25);
  });
});

it('says what is not for word vectors', async () => {
  for (const [more, message] of [
    [['--tokens', 'character'], '--tokens is for language models'],
    [['--byte-pairs', '300'], '--byte-pairs is for translation models'],
    [['--label-smoothing', '0.1'], '--label-smoothing is not for cbow'],
  ] as const) {
    const { code, stderr } = await train('cbow', 'none', ...more);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  }
});
