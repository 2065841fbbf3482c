/** Every snippet of the README runs. */
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { newPage, openBrowser } from '../../tools/browser';
import { type Site, serveSite } from '../../tools/lib/site';
import { readmeBlocks } from '../support/readme';
import { answerFiles, PLAIN_PAGE } from '../support/site';
import { ROOT } from '../support/sourceScan';

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
  const [worker = '', page = ''] = readmeBlocks('js');
  expect(worker).toContain('serve(');
  const text = await runWithWorker(worker, page);
  expect(text).toContain('token: chien');
  expect(text).toContain('in a worker: le chien mange la pomme');
});
