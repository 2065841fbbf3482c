/** Every snippet of the README runs. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { newPage, openBrowser } from '../../tools/browser';
import { defined } from '../../tools/lib/defined';
import { packPackage, unpackPackage } from '../../tools/lib/packed';
import { type Site, serveFolder } from '../../tools/lib/pages';
import { hubFiles } from '../support/hubModels';
import { readmeBlocks } from '../support/readme';
import { ROOT } from '../support/sourceScan';

/** What the snippets read beside the shipped models. */
const VECTORS = 'man 1 0 0\nking 1 0 1\nwoman 0 1 0\nqueen 0 1 1\napple -1 -1 0\n';

const entries: Readonly<Record<string, string | { readonly default: string }>> =
  packageJson.exports;

/** Where the package has an entry. */
function entryPath(name?: string): string {
  const found = entries[name === undefined ? '.' : `./${name}`];
  return join('/qkv', typeof found === 'object' ? found.default : String(name));
}

let folder = '';
let site: Site | undefined;
let browser: Browser | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-snippets-'));
  await unpackPackage(await packPackage(), join(folder, 'qkv'));
  await symlink(join(ROOT, 'demo', 'public', 'models'), join(folder, 'models'));
  await writeFile(join(folder, 'vectors.txt'), VECTORS);
  for (const name of ['marian-en-de', 'sentence-mean']) {
    for (const [file, bytes] of Object.entries(hubFiles(name))) {
      const path = join(folder, 'published', name, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
  }
  await writeFile(join(folder, 'index.html'), '<link rel="icon" href="data:," />');
  site = await serveFolder(folder);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a page prints to the console while some work is done on it. */
async function printed(work: (page: Page) => Promise<unknown>): Promise<string> {
  const page = await newPage(defined(browser, 'the browser'));
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  await page.goto(defined(site, 'the site').url);
  await work(page);
  await page.close();
  return lines.join('\n');
}

/** Runs a snippet in a page beside the package. @returns what it printed */
function runInPage(snippet: string): Promise<string> {
  const code = snippet.replace(
    /import (?:\* as )?(\{[^}]*\}|\w+) from 'qkv(?:\/(\w+))?';/g,
    (_, names: string, entry?: string) => `const ${names} = await import('${entryPath(entry)}');`,
  );
  expect(code).not.toBe(snippet);
  return printed((page) => page.evaluate(`(async () => { ${code} })()`));
}

describe('the snippets of the README', () => {
  const expected: Readonly<Record<string, string>> = {
    '{ Translator }': 'le chien',
    hubEncoder: 'Ein Mann fährt auf einem Fahrrad. ',
    '{ inspection, withoutHeads }': 'seen: transformer.decoder.layers.1.multihead_attn.weights 4,',
    'nn.sequential': 'exclusive or: 0 1 1 0',
    'learnt:': 'learnt: le robot dort',
    '{ Classifier, MaskFiller }': 'classified: question',
    '{ WordVectors }': 'analogy: queen',
    'compileGraph, ops': 'softmax: 0.25 0.25',
  };
  const snippets = readmeBlocks('ts');

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
  return printed(async (page) => {
    const script = worker.replace(
      /from 'qkv(?:\/(\w+))?'/g,
      (_, entry?: string) => `from '${new URL(entryPath(entry), page.url()).href}'`,
    );
    const code = pageText
      .replace(
        /import (\{.*\}) from 'qkv\/worker';/,
        `const $1 = await import('${entryPath('worker')}');`,
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
  const [worker = '', page = ''] = readmeBlocks('js');
  expect(worker).toContain('serve(');
  const text = await runWithWorker(worker, page);
  expect(text).toContain('token: chien');
  expect(text).toContain('in a worker: le chien mange la pomme');
});
