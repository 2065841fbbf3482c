/**
 * `npm run pictures`: takes the README's picture of the page, and records what the page shows until
 * the visitor's GPU is ready.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Page } from 'puppeteer';
import type { Translation } from 'qkv';
import { EXAMPLES, MODELS } from '../demo/engine/models';
import { newPage, openBrowser } from './browser';
import { root } from './environment.mjs';
import { answered } from './lib/demoPage';
import { serveDemo } from './lib/pages';

const DEMO = join(root, 'demo');

/** Size of the README's picture. */
const VIEW = { width: 1280, height: 1120 };

/** Decimals of recorded weights, which are for the eye. */
const DECIMALS = 3;

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  new Command('pictures')
    .description("Take the README's picture of the page, and record what it begins with.")
    .exitOverride()
    .parse(args, { from: 'user' });
  const browser = await openBrowser({});
  const site = await serveDemo();
  try {
    const page = await newPage(browser);
    await page.setViewport(VIEW);
    await page.goto(site.url);
    const recorded = await firstAnswers(page);
    await writeFile(join(DEMO, 'recorded.json'), `${JSON.stringify(recorded, null, 1)}\n`);
    await page.screenshot({ path: join(DEMO, 'page.png') });
  } finally {
    await browser.close();
    await site.close();
  }
  return 0;
}

/** What the models make of the first sentence. */
async function firstAnswers(page: Page): Promise<Readonly<Record<string, object>>> {
  const [first] = EXAMPLES;
  const answers: Record<string, object> = {};
  for (const { name } of MODELS) {
    answers[name] = recordOf(await answered(page, name, first?.[0] ?? ''));
  }
  return answers;
}

function recordOf(translation: Translation) {
  const { source, target, sourceTokens, tokens, adapter, milliseconds } = translation;
  const alignment = translation.alignment.map((row) =>
    row.map((weight) => Number(weight.toFixed(DECIMALS))),
  );
  return { source, target, sourceTokens, tokens, alignment, adapter, milliseconds };
}
