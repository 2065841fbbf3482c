/** Finds the longest task of a page's main thread in a trace of the browser. */
import type { Page } from 'puppeteer';

/** Starts tracing a page. */
export function traceTasks(page: Page): Promise<void> {
  return page.tracing.start({ categories: ['toplevel', 'blink.user_timing', '__metadata'] });
}

/** Ends tracing. @returns the trace */
export async function endTrace(page: Page): Promise<string> {
  return new TextDecoder().decode(await page.tracing.stop());
}

/** Fields of Chrome's trace events: `ts` is the start in microseconds, `tdur` CPU time likewise. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly documentLoaderURL?: string } };
}

/** Names of marks of a page, by `performance.mark`. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * CPU time in milliseconds of the longest task of a page's main thread.
 * @param where the address of the page, if the trace has its navigation; or the marks between which
 *   tasks are looked at
 * @throws Error if the trace has no task of the page there
 */
export function longestTask(trace: string, where: string | Span): number {
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(trace);
  const find = (name: string) => traceEvents.find((event) => event.name === name);
  const isLoaded = ({ name, args }: TraceEvent) =>
    name === 'navigationStart' && args?.data?.documentLoaderURL === where;
  const isAddress = typeof where === 'string';
  const first = isAddress ? traceEvents.find(isLoaded) : find(where.from);
  const end = isAddress ? Number.POSITIVE_INFINITY : find(where.to)?.ts;
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ts }) =>
      pid === first?.pid &&
      tid === first.tid &&
      name.endsWith('RunTask') &&
      (isAddress || (ts >= first.ts && ts <= (end ?? 0))),
  );
  if (tasks.length > 0) return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
  const place = isAddress ? where : `from '${where.from}' to '${where.to}'`;
  throw new Error(`${place}: the browser's trace holds no task of the page`);
}
