/** Runs the bench in a browser, with a new page for each workload, or on Dawn in Node. */
import type { Browser, Page } from 'puppeteer';
import { parseTuning } from 'qkv';
import { bench, defaultWorkloads, limits } from '../../bench/bench';
import type { Limits } from '../../bench/limits';
import type { WorkloadResult } from '../../bench/workload';
import { collectErrors, newPage } from '../browser';
import { nodeGpu } from '../nodeGpu';
import { browserTunings, nodeTunings } from './nodeTunings';

export interface RunRequest {
  /** Names of workloads (default: all that the adapter is fast enough for). */
  readonly workloads: readonly string[] | undefined;
  /** Contestants in order; the others are compared with the first. */
  readonly contestants: readonly string[];
  /** Timed runs of each contestant (default: the workload's number). */
  readonly samples?: number | undefined;
  /** Whether to use the kernels that `npm run tune` chose. */
  readonly tuned?: boolean | undefined;
}

export interface RunResult {
  readonly limits: Limits;
  /** Adapter of each contestant. */
  readonly adapters: Readonly<Record<string, string>>;
  readonly results: readonly WorkloadResult[];
  /** The browser's name and version, or Dawn's. */
  readonly browser: string;
}

/** Called after each workload with all that was measured so far. */
export type OnMeasured = (run: RunResult) => Promise<void>;

/** Time limit for loading a page, which is slow on a busy machine. */
const PATIENCE_MS = 240_000;

export const tell = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * Runs each workload in a new page, so that nothing is compiled or allocated from earlier ones.
 * @param prepare called with each page before it loads
 */
export async function runInBrowser(
  browser: Browser,
  url: string,
  { workloads, contestants, samples, tuned = false }: RunRequest,
  prepare: (page: Page) => Promise<void>,
  onMeasured: OnMeasured,
): Promise<RunResult> {
  const prepareAll = async (page: Page) => {
    await prepare(page);
    if (tuned) await exposeTunings(page);
  };
  const inPage = <T>(work: (page: Page) => Promise<T>) =>
    inBenchPage(browser, url, prepareAll, work);
  const first = await inPage((page) =>
    page.evaluate(async () => {
      const found = await window.qkvBench?.limits();
      return found && { limits: found, workloads: window.qkvBench?.defaultWorkloads(found) };
    }),
  );
  if (first === undefined) throw new Error('the bench page has no bench');
  const measure = (workload: string) =>
    inPage((page) =>
      page.evaluate((request) => window.qkvBench?.run(request), {
        workloads: [workload],
        contestants,
        samples,
      }),
    );
  const where = { limits: first.limits, browser: await browser.version() };
  return measureEach(workloads ?? first.workloads ?? [], where, measure, onMeasured);
}

/**
 * Measures one workload after the other, and says how far it is.
 * @param measure measures one; undefined leaves it out
 */
async function measureEach(
  names: readonly string[],
  where: Pick<RunResult, 'limits' | 'browser'>,
  measure: (workload: string) => Promise<Pick<RunResult, 'adapters' | 'results'> | undefined>,
  onMeasured: OnMeasured,
): Promise<RunResult> {
  let run: RunResult = { ...where, adapters: {}, results: [] };
  const start = performance.now();
  for (const [i, workload] of names.entries()) {
    tell(`${workload}: ${i + 1} of ${names.length}, ${minutesSince(start)} so far`);
    const answer = await measure(workload);
    if (answer === undefined) continue;
    run = {
      ...run,
      adapters: { ...run.adapters, ...answer.adapters },
      results: [...run.results, ...answer.results],
    };
    await onMeasured(run);
  }
  return run;
}

function minutesSince(start: number): string {
  return `${((performance.now() - start) / 60_000).toFixed(1)} minutes`;
}

/** Calls a function in a new page of the bench. @param prepare called before the page loads */
export async function inBenchPage<T>(
  browser: Browser,
  url: string,
  prepare: (page: Page) => Promise<void>,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await newPage(browser);
  try {
    const errors = collectErrors(page);
    await prepare(page);
    await page.exposeFunction('qkvProgress', tell);
    await page.goto(url, { waitUntil: 'load', timeout: PATIENCE_MS });
    await page.waitForFunction(() => 'qkvBench' in window, { timeout: PATIENCE_MS });
    const result = await work(page);
    for (const error of errors) tell(`in the page: ${error}`);
    return result;
  } finally {
    await page.close();
  }
}

/** Gives a page access to the browser's tunings in files. */
export async function exposeTunings(page: Page): Promise<void> {
  const store = browserTunings();
  await page.exposeFunction('qkvLoadTuning', async (adapterKey: string) => {
    const tuning = await store.load(adapterKey);
    return tuning === undefined ? undefined : JSON.stringify(tuning);
  });
  await page.exposeFunction('qkvSaveTuning', (adapterKey: string, json: string) =>
    store.save(adapterKey, parseTuning(json)),
  );
}

/** qkv's contestant in this process. */
export async function runInNode(request: RunRequest, onMeasured: OnMeasured): Promise<RunResult> {
  const { workloads, contestants, samples, tuned = false } = request;
  const gpu = await nodeGpu();
  const listener = { line: tell };
  const found = await limits(listener, gpu);
  const load = async () => (await import('../../bench/qkv')).contestant;
  const loads = new Map(contestants.map((name) => [name, load] as const));
  const options = { listener, gpu, samples, ...(tuned ? { tuning: nodeTunings() } : {}) };
  const where = { limits: found, browser: `Dawn in Node ${process.version}` };
  const measure = (workload: string) => bench([workload], loads, options);
  return measureEach(workloads ?? defaultWorkloads(found), where, measure, onMeasured);
}
