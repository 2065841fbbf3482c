/** `npm run train` and `npm run evaluate` on files of one's own: raw, two by two, byte pairs, resumed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everything } from 'qkv';
import { parseSafetensors } from 'qkv/io';
import { readDescription } from 'qkv/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand, runHere } from '../support/command';

let folder = '';
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-train-'));
  const nouns = [
    ['cat', 'chat'],
    ['dog', 'chien'],
    ['bird', 'oiseau'],
    ['book', 'livre'],
  ] as const;
  const lines = Array.from({ length: 120 }, (_, i) => {
    const [a, b] = [nouns[i % 4]!, nouns[Math.floor(i / 4) % 4]!];
    return [
      `I see the ${a[0]} and ${i % 7} ${b[0]}s.`,
      `Je vois le ${a[1]} et ${i % 7} ${b[1]}s.`,
    ] as const;
  });
  await writeFile(path('train.en'), lines.map(([en]) => en).join('\n'));
  await writeFile(path('train.fr'), lines.map(([, fr]) => fr).join('\n'));
  await writeFile(
    path('dev.tsv'),
    lines
      .slice(0, 8)
      .map((line) => `${line.join('\t')}\tfurther`)
      .join('\n'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const recipe = () => [
  '--train',
  path('train.en'),
  path('train.fr'),
  '--dev',
  path('dev.tsv'),
  '--tokenise',
  '--byte-pairs',
  '290',
  '--d-model',
  '32',
  '--ffn',
  '64',
  '--layers',
  '1',
  '--batch',
  '16',
  '--max-length',
  '64',
  '--eval-every',
  '4',
  '--out',
  path('model'),
  '--json',
];
const last = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

it('lets the learning rate fall over all of its epochs', async () => {
  const decay = ['--schedule', 'cosine', '--warmup', '2', '--lr', '0.01', '--epochs', '2'];
  const out = ['--out', path('epochs'), '--json'];
  const { code, stdout, stderr } = await runCommand('train', ...recipe(), ...decay, ...out);
  expect(code, stderr).toBe(0);
  // 120 pairs are 8 batches of 16.
  expect(last(stdout).steps).toBe(16);
  const { recipe: written } = JSON.parse(await readFile(path('epochs/training.json'), 'utf8'));
  expect([written.steps, written.schedule.steps]).toEqual([16, 16]);
});

it('trains on two raw files with byte pairs, resumes, and is evaluated', async () => {
  const first = await runCommand('train', ...recipe(), '--steps', '4');
  expect(first.code, first.stderr).toBe(0);
  expect(last(first.stdout)).toMatchObject({ model: 'transformer', steps: 4, aborted: false });
  const second = await runCommand('train', ...recipe(), '--steps', '8', '--resume');
  expect(second.stderr).toContain('resumed after step 4');
  const { losses, command } = JSON.parse(await readFile(path('model/training.json'), 'utf8'));
  expect(losses).toHaveLength(8);
  expect(command).not.toContain('--resume');
  const other = await runHere('train', ...recipe(), '--steps', '9', '--resume', '--seed', '2');
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('is of another recipe');
  const evaluate = ['evaluate', '--model', path('model'), '--limit', '4', '--json'] as const;
  const scores = await runHere(...evaluate, '--beam', '2', '--length-penalty', '1');
  expect(scores.code, scores.stderr).toBe(0);
  const half = { halfWidth: expect.any(Number) };
  expect(last(scores.stdout)).toMatchObject({
    sentences: 4,
    decoding: { kind: 'beam', width: 2, lengthPenalty: 1 },
    intervals: { bleu: half, chrF2: half, exactMatch: half },
    signatures: { bleu: expect.stringContaining('|tok:none|smooth:none|') },
    baselines: { wordForWord: {}, nearestNeighbour: {} },
  });
  const alone = await runHere(...evaluate, '--length-penalty', '1');
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('add --beam N')]);
});

it('keeps raw text as it is, and the model says so', async () => {
  const raw = recipe().filter((arg) => arg !== '--tokenise');
  const options = ['--languages', 'en', 'fr', '--out', path('raw'), '--steps', '1'];
  const { code, stderr } = await runHere('train', ...raw, ...options);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/sample: I see the \w+ and 0 \w+s\. →/),
  ]);
  const { text } = readDescription(await readFile(path('raw/model.json'), 'utf8'), everything);
  const kept = { case: 'cased', tokenised: false, unit: 'word' };
  expect(text).toEqual({
    ...{ unknown: 'unk', source: { ...kept, language: 'en' }, target: { ...kept, language: 'fr' } },
  });
  expect(await readFile(path('raw/card.md'), 'utf8')).toContain('# transformer, English to French');
  const scores = await runHere('evaluate', '--model', path('raw'), '--limit', '2', '--json');
  expect(last(scores.stdout).signatures.bleu).toContain('|tok:13a|');
});

it('drops words, and the model then copies', async () => {
  const files = ['--train', path('dev.tsv'), '--dev', path('dev.tsv'), '--tokenise'];
  const small = ['--d-model', '16', '--ffn', '16', '--layers', '1', '--steps', '1'];
  const options = [...files, ...small, '--out', path('dropped'), '--word-dropout', '0.2'];
  const { code, stderr } = await runHere('train', ...options);
  expect(code, stderr).toBe(0);
  const json = await readFile(path('dropped/model.json'), 'utf8');
  expect(readDescription(json, everything).text.unknown).toBe('copy');
  const scores = await runHere('evaluate', '--model', path('dropped'), '--limit', '2', '--json');
  expect([scores.code, last(scores.stdout).sentences]).toEqual([0, 2]);
  const pairs = await runHere('train', ...options, '--byte-pairs', '290');
  expect([pairs.code, pairs.stderr]).toEqual([1, expect.stringContaining('is for words')]);
  const language = await runHere('train', '--model', 'gru', '--word-dropout', '0.2');
  expect([language.code, language.stderr]).toEqual([
    1,
    expect.stringContaining('--word-dropout is for translation models, not for gru'),
  ]);
});

it('shares a vocabulary and a matrix, skips merges, keeps the best model, at 8 bits', async () => {
  const shared = ['--shared-vocabulary', '--shared-embeddings', '--byte-pair-dropout', '0.2'];
  const run = ['--out', path('shared'), '--eval-every', '2', '--keep-best', '--lr', '0.02'];
  const small = ['--weights', 'int8'];
  const { code, stderr } = await runHere(
    'train',
    ...recipe(),
    ...shared,
    ...run,
    ...small,
    '--steps',
    '6',
  );
  expect(code, stderr).toBe(0);
  const json = await readFile(path('shared/model.json'), 'utf8');
  const { model, source, target } = readDescription(json, everything);
  expect(model.config).toMatchObject({ tied: 'all', sourceVocabulary: 290 });
  expect(source.toJSON()).toEqual(target.toJSON());
  expect(JSON.parse(json).target).toBeUndefined();
  const { tensors } = parseSafetensors(await readFile(path('shared/model.safetensors')));
  expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['I8', 'F16']));
  const scored = await runHere('evaluate', '--model', path('shared'), '--limit', '2', '--json');
  expect([scored.code, last(scored.stdout).sentences]).toEqual([0, 2]);
  const record = JSON.parse(await readFile(path('shared/training.json'), 'utf8'));
  const evaluations: { step: number; bleu: number }[] = record.evaluations;
  expect(evaluations.map(({ step }) => step)).toEqual([2, 4, 6]);
  const best = Math.max(...evaluations.map(({ bleu }) => bleu));
  expect(record.steps).toBe(evaluations.find(({ bleu }) => bleu === best)?.step);
  expect(record.figures.bleu).toBe(best);
  expect(record.losses).toHaveLength(6);
  expect(stderr).toContain(`holds the best model, that of step ${record.steps}`);
  const unshared = await runHere('train', ...recipe(), '--shared-embeddings');
  expect([unshared.code, unshared.stderr]).toEqual([
    1,
    expect.stringContaining('--shared-embeddings needs --shared-vocabulary'),
  ]);
  const words = await runHere('train', '--byte-pair-dropout', '0.1');
  expect([words.code, words.stderr]).toEqual([1, expect.stringContaining('needs --byte-pairs')]);
});

it('replays its first steps', async () => {
  const { code, stdout, stderr } = await runCommand('train', '--verify', path('model'), '--json');
  expect(code, stderr).toBe(0);
  expect(last(stdout)).toMatchObject({ steps: 8, agrees: true });
});

it('says what is wrong with files and options', async () => {
  const missing = await runHere('train', '--train', path('nothing.tsv'), '--dev', path('dev.tsv'));
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('cannot read')]);
  const alone = await runHere('train', '--train', path('dev.tsv'));
  expect([alone.code, alone.stderr]).toEqual([
    1,
    expect.stringContaining('--train and --dev must be given together'),
  ]);
  const unknown = await runHere('train', '--stepz', '3');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('unknown option')]);
  const help = await runHere('train', '--help');
  expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('--resume')]);
});

it('starts from the parameters of another model, without the tokens that it lacks', async () => {
  const first = async (...more: readonly string[]) => {
    const given = ['--out', path('started'), '--steps', '2', '--lr', '0', ...more];
    const { code, stderr } = await runHere('train', ...recipe(), ...given);
    return { code, stderr };
  };
  // 'model' has been trained for 8 steps; with a learning rate of 0 the losses are those of the start.
  const losses = async () =>
    JSON.parse(await readFile(path('started/training.json'), 'utf8')).losses;
  expect((await first('--byte-pairs', '285')).code).toBe(0);
  const [random] = await losses();
  const same = await first('--init-from', path('model'), '--byte-pairs', '285');
  expect(same.code, same.stderr).toBe(0);
  const [begun] = await losses();
  expect(begun).toBeLessThan(random);
  const json = await readFile(path('started/model.json'), 'utf8');
  expect(readDescription(json, everything).target.size).toBe(285);
  const embedding = async (name: string) => {
    const { tensors } = parseSafetensors(await readFile(path(`${name}/model.safetensors`)));
    return [...(tensors.get('tgt_embed.weight')?.bytes ?? [])].slice(0, 285 * 64);
  };
  expect(await embedding('started')).toEqual(await embedding('model'));
  const other = await first('--init-from', path('model'), '--ffn', '32');
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('choose a model of the')]);
});
