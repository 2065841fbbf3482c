/** `npm run corpus`: held-out sentences leave the training pairs, whatever their case and signs. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from '../support/command';

let folder = '';
const path = (name: string) => join(folder, name);
const read = (name: string) => readFile(path(name), 'utf8');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-corpus-'));
  const lines = [
    "I'm hungry.\tJ’ai faim.\tCC-BY",
    "I'm hungry!\tJ’ai faim !",
    'Im hungry\tJe meurs de faim.',
    'He is here.\tIl est là.',
    'Who is here?\tIl est là.',
  ];
  await writeFile(path('all.tsv.gz'), gzipSync(lines.join('\n')));
  await writeFile(path('test.tsv'), "i'm hungry .\tj' ai faim .\nwho is here ?\til est là .\n");
  await writeFile(path('strange.tsv'), 'who are you ?\tqui es-tu ?\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('takes sentences out by their letters, and gives them back as raw text', async () => {
  const out = ['--out', path('out')];
  const done = await runHere('corpus', path('all.tsv.gz'), '--held', path('test.tsv'), ...out);
  expect(done.code, done.stderr).toBe(0);
  expect(await read('out/train.tsv')).toBe('He is here.\tIl est là.\n');
  expect(await read('out/test.tsv')).toBe("I'm hungry.\tJ’ai faim.\nWho is here?\tIl est là.\n");
  expect(done.stdout).toContain('5 pairs, of which 1 are for training');
  expect(done.stdout).toContain('2 pairs of 2 sentences; 1 of the translations are also in');
  const strange = await runHere(
    'corpus',
    path('all.tsv.gz'),
    '--held',
    path('strange.tsv'),
    ...out,
  );
  expect([strange.code, strange.stderr]).toEqual([
    1,
    expect.stringContaining("line 1 is not in the corpus: 'who are you ?'"),
  ]);
});

const tatoeba = resolve(process.env.QKV_DATA ?? '../shared/data', 'tatoeba-en-fr');
const present = existsSync(join(tatoeba, 'all.tsv.gz'));
if (!present) console.warn(`skipped 1 test: no corpus in ${tatoeba}`);

it.skipIf(!present)('finds every held-out line of a published list in its corpus', async () => {
  const held = ['--held', join(tatoeba, 'dev.tsv'), join(tatoeba, 'test.tsv')];
  const done = await runHere('corpus', join(tatoeba, 'all.tsv.gz'), ...held, '--out', path('real'));
  expect(done.code, done.stderr).toBe(0);
  expect(done.stdout).toContain('51976 pairs, of which 50191 are for training');
  expect(done.stdout).toContain('809 pairs of 555 sentences; 146 of the translations are also');
  expect((await read('real/test.tsv')).trimEnd().split('\n')).toHaveLength(809);
});
