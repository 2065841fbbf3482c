/**
 * `npm run pictures`: takes the README's pictures of the page, a moving one among them, and records
 * what the page shows until the visitor's GPU is ready.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { Browser, Page } from 'puppeteer';
import type { Translation } from 'qkv';
import { CORPORA } from '../demo/engine/corpora';
import { EXAMPLES, FIRST_MODEL, MODELS } from '../demo/engine/models';
import { newPage, openBrowser } from './browser';
import { root } from './environment.mjs';
import { answered, cardOf } from './lib/demoPage';
import { recordMeasurements } from './lib/measurements';
import { movingPicture } from './lib/movingPicture';
import { serveDemo } from './lib/pages';

const DEMO = join(root, 'demo');

/** Sizes of the README's pictures. */
const VIEW = { width: 1280, height: 1120 };
const MOVING_VIEW = { width: 1080, height: 760 };

/** What is typed in the moving picture, and the time between two letters in milliseconds. */
const TYPED = 'the old king never visits the small black cat';
const TYPING_MS = 40;

/** Decimals of recorded weights, which are for the eye. */
const DECIMALS = 3;

/** Widths in pixels of the screens that views are looked at on. */
const WIDTHS = [1280, 390] as const;
const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'fr'] as const;

interface Options {
  readonly views?: readonly string[] | true;
  readonly out: string;
  readonly language: string;
  readonly measurements?: true;
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const command = new Command('pictures')
    .description("Take the README's pictures of the page, and record what it begins with.")
    .option(
      '--views [paths...]',
      "in place of that: pictures of these views, such as translate and 'road/16?word=2', at two " +
        'widths and in both themes (default: all of them)',
    )
    .addOption(
      new Option('--language <code>', 'of the pictures of views').choices(LANGUAGES).default('en'),
    )
    .option('--measurements', 'in place of that: measure again what figures show as recorded')
    .option('--out <folder>', 'where pictures of views go', 'runs/pictures')
    .exitOverride()
    .parse(args, { from: 'user' });
  const { views, out, language, measurements } = command.opts<Options>();
  if (measurements === true) {
    await recordMeasurements();
    return 0;
  }
  const browser = await openBrowser({});
  const site = await serveDemo();
  try {
    if (views === undefined) {
      const page = await newPage(browser);
      await page.setViewport(VIEW);
      await page.goto(site.url);
      const recorded = await firstAnswers(page);
      await writeFile(join(DEMO, 'recorded.json'), `${JSON.stringify(recorded, null, 1)}\n`);
      await page.screenshot({ path: join(DEMO, 'page.png') });
      await page.close();
      await writeFile(join(DEMO, 'page.gif'), await landing(browser, site.url));
    } else {
      await mkdir(out, { recursive: true });
      for (const path of views === true ? await allViews(browser, site.url) : views) {
        await takeView(
          browser,
          `${site.url}#/${path === 'translate' ? '' : path}`,
          join(out, path.replace(/\W/gu, '-')),
          language,
        );
      }
    }
  } finally {
    await browser.close();
    await site.close();
  }
  return 0;
}

/** The paths of all views, as the page's menus link them. */
async function allViews(browser: Browser, url: string): Promise<readonly string[]> {
  const page = await newPage(browser);
  await page.goto(`${url}#/road`);
  await page.waitForSelector('.road nav a');
  const addresses = await page.$$eval('.views a, .road nav a', (links) =>
    links.map((link) => link.getAttribute('href') ?? ''),
  );
  const paths = addresses.map((address) => address.replace(/^#\/|\?.*$/gu, '') || 'translate');
  return paths.filter((path) => path !== 'road');
}

/** Takes pictures of a view as a whole. @param file their path without what follows its name */
async function takeView(
  browser: Browser,
  address: string,
  file: string,
  language: string,
): Promise<void> {
  const context = await browser.createBrowserContext();
  const page = await newPage(context);
  await page.setViewport({ width: WIDTHS[0], height: 900 });
  await page.goto(address);
  const answered = '.generation[data-selected="true"][data-origin="live"][data-state="done"]';
  await page.waitForSelector(`[data-ready="true"], ${answered}`);
  await page.select('.top label:first-of-type select', language);
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: width < 600 ? 844 : 900 });
    for (const theme of THEMES) {
      await page.select('.top label:last-of-type select', theme);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
      await page.screenshot({ path: `${file}-${width}-${theme}.png`, fullPage: true });
    }
  }
  await context.close();
}

/** The landing view as a visitor uses it: a sentence is typed, a word is replaced, everyday English follows. */
async function landing(browser: Browser, url: string): Promise<Uint8Array> {
  const page = await newPage(browser);
  await page.setViewport(MOVING_VIEW);
  await page.goto(url);
  for (const { name } of MODELS) await answered(page, name, EXAMPLES[0]?.[0] ?? '');
  const pause = (milliseconds: number) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  const { everyday } = CORPORA;
  return movingPicture(page, async () => {
    await pause(1000);
    await page.click('#sentence', { count: 3 });
    await page.keyboard.type(TYPED, { delay: TYPING_MS });
    for (const { name } of MODELS) await answered(page, name, TYPED);
    await page.click(`${cardOf(FIRST_MODEL)} .word:nth-child(3)`);
    await page.waitForSelector('.alternatives button:nth-of-type(2)');
    await pause(1200);
    await page.click('.alternatives button:nth-of-type(2)');
    await page.waitForSelector(`${cardOf(FIRST_MODEL)}[data-state="done"] .word.forced`);
    await pause(1500);
    await page.click('[data-corpus="everyday"]');
    await page.click('.examples li:first-child button');
    await answered(page, everyday.first, everyday.examples[0] ?? '');
  });
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
