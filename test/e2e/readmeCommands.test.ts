/** Every command of the README runs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand, runHere, START_COMMAND } from '../support/command';
import { readmeBlocks } from '../support/readme';
import { isFull } from '../support/sample';

const commands = readmeBlocks('sh').flatMap((text) => text.split('\n'));

/** What makes a network small, by the command's `--model`. */
const SMALL: Readonly<Record<string, readonly string[]>> = {
  transformer: ['--d-model', '16', '--ffn', '16', '--layers', '1', '--heads', '2'],
  lstm: ['--embedding', '8', '--hidden', '8', '--layers', '1'],
  skipgram: ['--embedding', '8'],
};

/** Sentence pairs in a file, in the folder of the commands. */
const PAIRS = 'pairs.tsv';

/** What makes a long command short: the last value of an option counts. */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  train: ['--steps', '2', '--pairs', '300', '--eval-every', '2', '--batch', '32'],
  evaluate: ['--limit', '3', '--train', PAIRS],
  bench: ['--help'],
  apps: ['--offline', 'node-server'],
  experiment: ['--size', 'small'],
  soak: ['--steps', '20', '--model', isFull ? 'seq2seq' : 'rnn'],
  explain: ['--what', 'step'],
  tune: [
    '--ops',
    'argmax',
    ...(isFull ? ['--models', 'toy-seq2seq', '--seconds', '5'] : ['--no-measure']),
  ],
};

/** The option that says where a command writes. */
const OUTPUTS: Readonly<Record<string, string>> = {
  train: '--out',
  experiment: '--out',
  explain: '--trace',
};

/** The words of a command line, quotes taken off. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the commands of the README', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qkv-readme-'));
    await writeFile(join(folder, PAIRS), 'the cat sleeps\tle chat dort\n');
    // What is tuned here is forgotten with the folder.
    vi.stubEnv('XDG_CACHE_HOME', folder);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it('are there', () => {
    expect(commands).toContain('npm test');
    expect(commands).toContain(START_COMMAND);
    expect(commands.length).toBeGreaterThan(5);
  });

  for (const line of commands) {
    const [npm, verb = '', ...rest] = words(line);
    const name = verb === 'run' ? (rest.shift() ?? '') : verb;
    const args = rest.filter((word) => word !== '--');
    // This test is part of `npm test` and of what `npm run check` leaves out.
    if (name === 'test' || name === 'check') continue;
    // start.test.ts and build.test.ts run these.
    if (line === START_COMMAND || line === 'npm run build') continue;
    it(`${line}: runs`, async () => {
      expect(npm).toBe('npm');
      const output = OUTPUTS[name];
      const out = output === undefined ? [] : [output, join(folder, name)];
      const small = name === 'train' ? SMALL[args[args.indexOf('--model') + 1] ?? ''] : [];
      const network = small ?? SMALL.transformer ?? [];
      const short = args.includes('--help') ? [] : [...(SHORTENED[name] ?? []), ...network, ...out];
      const all = [...args, ...short].map((word) => (word === PAIRS ? join(folder, PAIRS) : word));
      // What ends at once needs no process of its own.
      const run = all.includes('--help') ? runHere : runCommand;
      const { code, stdout, stderr } = await run(name, ...all);
      expect(code, stderr).toBe(0);
      expect(stdout.length + stderr.length).toBeGreaterThan(0);
    });
  }
});
