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
  let trace: Uint8Array | undefined;
  const ms = await visitCold(browser, url, {
    before: (page) =>
      page.tracing.start({ categories: ['toplevel', 'blink.user_timing', '__metadata'] }),
    after: async (page) => {
      trace = await page.tracing.stop();
    },
  });
  return { ms, longestTaskMs: longestTask(new TextDecoder().decode(trace), url) };
}

/** Fields of Chrome's trace events; `tdur` is CPU time in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly documentLoaderURL?: string } };
}

/**
 * CPU time in milliseconds of the longest task of the thread in which a page was loaded.
 * @throws Error if the trace has no task of the page
 */
function longestTask(trace: string, url: string): number {
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(trace);
  const isLoaded = ({ name, args }: TraceEvent) =>
    name === 'navigationStart' && args?.data?.documentLoaderURL === url;
  const page = traceEvents.find(isLoaded);
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => pid === page?.pid && tid === page.tid && name.endsWith('RunTask'),
  );
  if (tasks.length === 0) throw new Error(`${url}: the browser's trace holds no task of the page`);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
