/**
 * Measures the time to a page's first translation and the longest task of its main thread, with and
 * without a worker.
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { roundRobin, summarise, type Timing } from '../../bench/measure';
import { root } from '../environment.mjs';
import { buildContestant, visitCold, withFolder } from './bundles';
import { endTrace, longestTask, traceTasks } from './longestTask';
import { serveFolder } from './pages';

/** Measurements of pages that run the model on the main thread or in a worker. */
export interface FirstAnswer {
  /** From navigation to the first translation. */
  readonly time: Timing;
  /**
   * CPU time in milliseconds of the longest task of the page's main thread: the median of all
   * visits.
   */
  readonly longestTaskMs: number;
}

/** The module in bench/qkv of each page. */
const PAGES: Readonly<Record<string, string>> = {
  page: 'firstAnswer',
  worker: 'firstAnswerInWorker',
};
const SAMPLES = 7;

/** Visits both pages alternately, each time in a separate browser context. */
export function firstAnswers(
  browser: Browser,
  report: (line: string) => void,
): Promise<Readonly<Record<string, FirstAnswer>>> {
  return withFolder(async (folder) => {
    report('first-answer: building');
    for (const [name, module] of Object.entries(PAGES)) {
      await buildContestant('qkv', module, join(folder, name));
    }
    const model = join(root, 'demo', 'public', 'models', 'toy-transformer');
    await cp(model, join(folder, 'model'), { recursive: true });
    const server = await serveFolder(folder);
    try {
      const found = new Map(Object.keys(PAGES).map((name) => [name, [] as Visit[]] as const));
      const visits = new Map(
        [...found].map(([name, own]) => [
          name,
          async () => void own.push(await visit(browser, `${server.url}${name}/cold.html`)),
        ]),
      );
      report('first-answer: measuring');
      await roundRobin(visits, SAMPLES);
      return Object.fromEntries(
        [...found].map(([name, own]) => [
          name,
          {
            time: summarise(own.map(({ ms }) => ms)),
            longestTaskMs: summarise(own.map(({ longestTaskMs }) => longestTaskMs)).medianMs,
          },
        ]),
      );
    } finally {
      await server.close();
    }
  });
}

interface Visit {
  readonly ms: number;
  readonly longestTaskMs: number;
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  let trace = '';
  const ms = await visitCold(browser, url, {
    before: traceTasks,
    after: async (page) => {
      trace = await endTrace(page);
    },
  });
  return { ms, longestTaskMs: longestTask(trace, url) };
}
