/** `npm run train` with a language model: a file of sentences, held out by itself, resumed, sampled. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everything } from 'qkv';
import { readDescription, readLanguageDescription } from 'qkv/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from '../support/command';

let folder = '';
const path = (name: string) => join(folder, name);
const animals = ['cat', 'dog', 'bird', 'fish', 'horse'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-language-'));
  const lines = animals.flatMap((a) =>
    animals.flatMap((b) => ['sees', 'hears'].map((verb) => `the ${a} ${verb} a ${b}`)),
  );
  await writeFile(path('text.txt'), `\uFEFF${lines.join('\r\n')}\r\n\r\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recipe = (out: string, ...more: readonly string[]) => [
  '--train',
  path('text.txt'),
  ...['--embedding', '16', '--hidden', '16', '--layers', '1', '--batch', '8'],
  ...['--dropout', '0.2', '--warmup', '2', '--lr', '0.02', '--eval-every', '100', '--json'],
  ...['--out', path(out)],
  ...more,
];
const last = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
const training = async (name: string) =>
  JSON.parse(await readFile(path(`${name}/training.json`), 'utf8'));
const description = (name: string) => readFile(path(`${name}/model.json`), 'utf8');

it('learns words, and resumes as if it had not stopped', async () => {
  const whole = await runHere('train', '--model', 'gru', ...recipe('whole', '--steps', '120'));
  expect(whole.code, whole.stderr).toBe(0);
  expect(whole.stderr).toContain('perplexity');
  const { perplexity, unigramPerplexity, sample, corpus } = last(whole.stdout);
  expect(corpus).toBe(path('text.txt'));
  // 5 animals, 2 verbs and 5 animals are open: 50 ^ (1 / 6) a token of 6 at best, 10 words at worst.
  expect(perplexity).toBeLessThan(4);
  expect(unigramPerplexity).toBeGreaterThan(7);
  expect(sample).toMatch(/^the \w+ \w+ a \w+$/);

  // Long enough for the same kernels: others add in another order.
  const part = await runHere('train', '--model', 'gru', ...recipe('part', '--steps', '60'));
  expect(part.code, part.stderr).toBe(0);
  const rest = ['--steps', '120', '--resume'];
  const resumed = await runHere('train', '--model', 'gru', ...recipe('part', ...rest));
  expect(resumed.stderr).toContain('resumed after step 60');
  expect((await training('part')).losses).toEqual((await training('whole')).losses);
  expect(last(resumed.stdout)).toMatchObject({ perplexity, sample });
});

it('learns characters with a tied embedding, and is read back', async () => {
  const options = ['--tokens', 'character', '--tied', '--steps', '4', '--cell', 'relu'];
  const { code, stdout, stderr } = await runHere(
    'train',
    ...['--model', 'rnn'],
    ...recipe('characters', ...options),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('bits per character');
  const { devLoss, bitsPerCharacter, steps } = last(stdout);
  expect(steps).toBe(4);
  expect(bitsPerCharacter).toBeCloseTo(devLoss / Math.LN2, 9);
  const text = await description('characters');
  const { model, vocabulary, text: how } = readLanguageDescription(text, everything);
  expect(model).toMatchObject({ kind: 'rnn', config: { cell: 'relu', tied: true } });
  expect(how).toEqual({ unknown: 'unk', case: 'lower', tokenised: false, unit: 'character' });
  expect(vocabulary.decode(vocabulary.encode([...'a cat']))).toEqual([...'a cat']);
  expect(() => readDescription(text, everything)).toThrow("'rnn' is not a translation model");
});

it('says what does not fit together', async () => {
  const model = ['--model', 'lstm'];
  const cases = [
    ['train', ['--tokens', 'character'], '--tokens is for language models'],
    ['train', [...model, '--tied', '--hidden', '64', '--embedding', '32'], 'make them equal'],
    ['train', [...model, '--cell', 'gru'], '--cell of lstm must be one of lstm'],
    ['train', [...model, '--train', path('text.txt'), path('b')], 'one file of sentences'],
    ['evaluate', ['--model', path('whole')], 'is a language model'],
  ] as const;
  for (const [name, args, message] of cases) {
    const { code, stderr } = await runHere(
      name,
      ...args,
      ...(name === 'train' ? ['--pairs', '10'] : []),
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  }
});
