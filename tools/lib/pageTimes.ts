/** Measures what a visitor of the demo page waits for, and whether the page itself stays fluent. */
import type { Browser, Page } from 'puppeteer';
import { summarise, type Timing } from '../../bench/measure';
import { EXAMPLES, FIRST_MODEL, MODELS } from '../../demo/engine/models';
import { newPage } from '../browser';
import { answered, cardOf, typeSentence } from './demoPage';
import { endTrace, longestTask, type Span, traceTasks } from './longestTask';
import { serveDemo } from './pages';

export interface PageTimes {
  /** From navigation to the first translation that is live. */
  readonly firstLive: Timing;
  /** From the last key to the answer of ten tokens, the model being in use. */
  readonly sentence: Timing;
  /** CPU milliseconds of the page's longest task: the median of all visits. */
  readonly longestTaskMs: Readonly<Record<Activity, number>>;
}

/** What the visitor does meanwhile. */
const ACTIVITIES = ['typing', 'training'] as const;
type Activity = (typeof ACTIVITIES)[number];

const VISITS = 5;
/** Answers that are timed in each visit, after one that is not. */
const ANSWERS = 3;

/** Nine words, whose French has ten. */
const SENTENCES = [
  'the old king never sees the small black cat',
  'the old queen never sees the small black dog',
] as const;
const TYPING_MS = 40;

/** A run that takes longer than it is looked at. */
const RUN = '#/train?pairs=600&batch=16&steps=2000&eval-every=50';
const LOOKED_AT_MS = 30_000;

/** Visits the page several times, each in a browser context of its own. */
export async function pageTimes(
  browser: Browser,
  report: (line: string) => void,
): Promise<PageTimes> {
  report('page: building');
  const site = await serveDemo();
  try {
    const visits: Visit[] = [];
    for (let i = 0; i < VISITS; i++) {
      report(`page: visit ${i + 1} of ${VISITS}`);
      visits.push(await visit(browser, site.url));
    }
    const median = (activity: Activity) =>
      summarise(visits.map(({ longestTaskMs }) => longestTaskMs[activity])).medianMs;
    return {
      firstLive: summarise(visits.map(({ firstLive }) => firstLive)),
      sentence: summarise(visits.flatMap(({ sentences }) => sentences)),
      longestTaskMs: { typing: median('typing'), training: median('training') },
    };
  } finally {
    await site.close();
  }
}

interface Visit {
  readonly firstLive: number;
  readonly sentences: readonly number[];
  readonly longestTaskMs: Readonly<Record<Activity, number>>;
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.createBrowserContext();
  try {
    const page = await newPage(context);
    await page.evaluateOnNewDocument(noteAnswers, cardOf(FIRST_MODEL));
    await page.goto(url);
    await allAnswered(page, EXAMPLES[0]?.[0] ?? '');
    const [first] = await answersOf(page);
    await traceTasks(page);
    await span(page, 'typing', async () => {
      await page.click('#sentence', { count: 3 });
      await page.keyboard.type(SENTENCES[0], { delay: TYPING_MS });
      await allAnswered(page, SENTENCES[0]);
    });
    const typing = longestTask(await endTrace(page), spanOf('typing'));
    const sentences: number[] = [];
    for (let i = 1; i <= ANSWERS; i++) {
      const sentence = SENTENCES[i % 2] ?? '';
      await typeSentence(page, sentence);
      await allAnswered(page, sentence);
      const { tokens } = await answered(page, FIRST_MODEL, sentence);
      if (tokens.length !== 10) throw new Error(`expected ten tokens, found ${tokens.join(' ')}`);
      const last = (await answersOf(page)).findLast(({ source }) => source === sentence);
      if (last !== undefined) sentences.push(last.at - last.typedAt);
    }
    await startTraining(page);
    await traceTasks(page);
    await span(page, 'training', () => pause(LOOKED_AT_MS));
    const training = longestTask(await endTrace(page), spanOf('training'));
    return {
      firstLive: first?.at ?? Number.NaN,
      sentences,
      longestTaskMs: { typing, training },
    };
  } finally {
    await context.close();
  }
}

async function allAnswered(page: Page, sentence: string): Promise<void> {
  for (const { name } of MODELS) await answered(page, name, sentence);
}

const spanOf = (name: Activity): Span => ({ from: `${name} begins`, to: `${name} ends` });

/** Does something between two marks in the page's timeline. */
async function span(page: Page, name: Activity, work: () => Promise<void>): Promise<void> {
  const mark = (text: string) => page.evaluate((one) => void performance.mark(one), text);
  const { from, to } = spanOf(name);
  await mark(from);
  await work();
  await mark(to);
}

async function startTraining(page: Page): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, RUN);
  await page.waitForSelector('.train[data-ready="true"] .start:not(:disabled)');
  await page.click('.start');
  await page.waitForSelector('.run[data-state="running"]:not([data-step="0"])');
}

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** An answer in the page. Times are milliseconds since its navigation. */
interface Answer {
  readonly source: string;
  readonly at: number;
  /** When the text was changed last. */
  readonly typedAt: number;
}

declare global {
  interface Window {
    /** The complete live answers of the first model. */
    qkvAnswers?: Answer[];
  }
}

async function answersOf(page: Page): Promise<readonly Answer[]> {
  return (await page.evaluate(() => window.qkvAnswers)) ?? [];
}

/** Runs in the page before its scripts: notes when a card has a complete live answer. */
function noteAnswers(card: string): void {
  const answers: Answer[] = [];
  window.qkvAnswers = answers;
  let typedAt = 0;
  const typed = () => {
    typedAt = performance.now();
  };
  addEventListener('input', typed, { capture: true });
  const note = () => {
    const found = document.querySelector<HTMLElement>(
      `${card}[data-origin="live"][data-state="done"]`,
    );
    const source = found?.dataset.source;
    if (source === undefined || answers.at(-1)?.source === source) return;
    answers.push({ source, at: performance.now(), typedAt });
  };
  const attributeFilter = ['data-origin', 'data-state', 'data-source'];
  new MutationObserver(note).observe(document, { subtree: true, childList: true, attributeFilter });
}
