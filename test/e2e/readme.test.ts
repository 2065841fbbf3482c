/** Every command and every snippet of the README runs. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { newPage, openBrowser } from '../../tools/browser';
import { type Site, serveSite } from '../../tools/lib/site';
import { runCommand, runHere, START_COMMAND } from '../support/command';
import { answerFiles, PLAIN_PAGE } from '../support/site';
import { ROOT } from '../support/sourceScan';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

function blocks(language: string): readonly string[] {
  const found = readme.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``, 'g'));
  return [...found].map(([, text = '']) => text.trim());
}

const commands = blocks('sh').flatMap((text) => text.split('\n'));

/** What makes a network small, by the command's `--model`. */
const SMALL: Readonly<Record<string, readonly string[]>> = {
  transformer: ['--d-model', '16', '--ffn', '16', '--layers', '1', '--heads', '2'],
  lstm: ['--embedding', '8', '--hidden', '8', '--layers', '1'],
  skipgram: ['--embedding', '8'],
};

/** What makes a long command short: the last value of an option counts. */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  train: ['--steps', '2', '--pairs', '300', '--eval-every', '2', '--batch', '32'],
  evaluate: ['--limit', '3'],
  bench: ['--help'],
  apps: ['--offline', 'node-server'],
  build: ['--library'],
  experiment: ['--size', 'small'],
  soak: ['--steps', '20', '--model', 'seq2seq'],
  explain: ['--what', 'step'],
  tune: ['--ops', 'argmax', '--models', 'toy-seq2seq', '--seconds', '5'],
};

/** The option that says where a command writes. */
const OUTPUTS: Readonly<Record<string, string>> = {
  train: '--out',
  build: '--out',
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
    // This test is part of `npm test` and of what `npm run check` leaves out; start.test.ts does that one.
    if (name === 'test' || name === 'check' || line === START_COMMAND) continue;
    it(`${line}: runs`, async () => {
      expect(npm).toBe('npm');
      const output = OUTPUTS[name];
      const out = output === undefined ? [] : [output, join(folder, name)];
      const small = name === 'train' ? SMALL[args[args.indexOf('--model') + 1] ?? ''] : [];
      const network = small ?? SMALL.transformer ?? [];
      const short = args.includes('--help') ? [] : [...(SHORTENED[name] ?? []), ...network, ...out];
      const all = [...args, ...short];
      // What ends at once needs no process of its own.
      const run = all.includes('--help') ? runHere : runCommand;
      const { code, stdout, stderr } = await run(name, ...all);
      expect(code, stderr).toBe(0);
      expect(stdout.length + stderr.length).toBeGreaterThan(0);
    });
  }
});

/** What the snippets read beside the demo's own files, by path. */
const FILES: Readonly<Record<string, string>> = {
  '/vectors.txt': 'man 1 0 0\nking 1 0 1\nwoman 0 1 0\nqueen 0 1 1\napple -1 -1 0\n',
};

/** Where the page finds an entry, as package.json says. */
const sources: Readonly<Record<string, { readonly 'qkv-source': string }>> = packageJson.exports;
const sourceOf = (entry: string) =>
  `/@fs${join(ROOT, sources[entry === 'index' ? '.' : `./${entry}`]?.['qkv-source'] ?? entry)}`;

let site: Site | undefined;
let browser: Browser | undefined;
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** What a page of the demo's site prints to the console while some work is done on it. */
async function printed(work: (page: Page, url: string) => Promise<unknown>): Promise<string> {
  site ??= await serveSite({ folder: 'demo', port: 0 });
  browser ??= await openBrowser();
  const page = await newPage(browser);
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  await work(page, site.url);
  await page.close();
  return lines.join('\n');
}

/** Runs a snippet beside the demo page. @returns what it printed */
function runInPage(snippet: string): Promise<string> {
  const code = snippet.replace(
    /import (?:\* as )?(\{[^}]*\}|\w+) from 'qkv(?:\/(\w+))?';/g,
    (_, names: string, entry = 'index') => `const ${names} = await import('${sourceOf(entry)}');`,
  );
  expect(code).not.toBe(snippet);
  return printed(async (page, url) => {
    await answerFiles(page, { ...FILES, [PLAIN_PAGE.path]: PLAIN_PAGE.html });
    await page.goto(new URL(PLAIN_PAGE.path, url).href);
    await page.evaluate(`(async () => { ${code} })()`);
  });
}

describe('the snippets of the README', () => {
  const expected: Readonly<Record<string, string>> = {
    '{ Translator }': 'le chien',
    '{ inspection, withoutHeads }': 'seen: transformer.decoder.layers.1.multihead_attn.weights 4,',
    'nn.sequential': 'exclusive or: 0 1 1 0',
    '{ fineTune }': 'learnt: le robot dort',
    '{ WordVectors }': 'analogy: queen',
    'compileGraph, ops': 'softmax: 0.25 0.25',
  };
  const snippets = blocks('ts');

  it('are these', () => {
    expect(snippets).toHaveLength(Object.keys(expected).length);
  });

  for (const [words, output] of Object.entries(expected)) {
    it(`run in a page: ${words}`, async () => {
      const snippet = snippets.find((text) => text.includes(words)) ?? '';
      expect(await runInPage(snippet)).toContain(output);
    });
  }
});

/** Runs the page's snippet with a worker from the other one. @returns what the page printed */
function runWithWorker(worker: string, pageText: string): Promise<string> {
  return printed(async (page, url) => {
    // A file without a script; a page whose requests are answered here would answer none of its worker's.
    await page.goto(new URL('/models/toy-transformer/model.json', url).href);
    const script = worker.replace(
      /from 'qkv(?:\/(\w+))?'/g,
      (_, entry = 'index') => `from '${new URL(sourceOf(entry), url).href}'`,
    );
    const code = pageText
      .replace(
        /import (\{.*\}) from 'qkv\/worker';/,
        `const $1 = await import('${sourceOf('worker')}');`,
      )
      .replace("new URL('./worker.js', import.meta.url)", 'address')
      .replace('./models/', '/models/');
    await page.evaluate(`(async (script) => {
      const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
      ${code}
    })(${JSON.stringify(script)})`);
  });
}

it('the two files of a worker run', async () => {
  const [worker = '', page = ''] = blocks('js');
  expect(worker).toContain('serve(');
  const text = await runWithWorker(worker, page);
  expect(text).toContain('token: chien');
  expect(text).toContain('in a worker: le chien mange la pomme');
});
