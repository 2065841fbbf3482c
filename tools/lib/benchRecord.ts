/** The record of a bench run, as data and as text. */

import { InputError } from 'qkv';
import type { Timing } from '../../bench/measure';
import { OURS } from '../../bench/names';
import { limitsText, precise, type Row, rowOf, textOf, toRow } from '../../bench/report';
import type { RunResult } from './benchRun';
import type { BundleSize } from './bundles';
import type { FirstAnswer } from './firstAnswers';
import type { PageTimes } from './pageTimes';

/** Measurements other than workloads. */
export const STARTS = ['cold-start', 'first-answer', 'bundle-bytes', 'page'];

export interface BenchDetails extends RunResult {
  readonly coldStarts?: Readonly<Record<string, Timing>>;
  /** By what runs the model: the page or a worker. */
  readonly firstAnswers?: Readonly<Record<string, FirstAnswer>>;
  readonly bundles?: Readonly<Record<string, BundleSize>>;
  /** Of the demo page. */
  readonly page?: PageTimes;
}

export interface BenchRecord {
  readonly adapter: string;
  readonly browser: string;
  readonly commit: string;
  readonly rows: readonly Row[];
  readonly details: BenchDetails;
}

export function recordOf(details: BenchDetails, commit: string): BenchRecord {
  return {
    adapter: Object.values(details.adapters)[0] ?? details.limits.adapter,
    browser: details.browser,
    commit,
    rows: rowsOf(details),
    details,
  };
}

function rowsOf({
  results,
  coldStarts = {},
  firstAnswers = {},
  bundles = {},
  page,
}: BenchDetails): readonly Row[] {
  const cold = Object.entries(coldStarts).map(([name, { medianMs }]) => [name, medianMs] as const);
  const sizes = Object.entries(bundles).map(
    ([name, { scriptBytes, wasmBytes }]) => [name, scriptBytes + wasmBytes] as const,
  );
  return [
    ...results.map((result) => toRow(result, OURS)),
    ...(cold.length > 0 ? [rowOf('cold-start', 'medianMs', Object.fromEntries(cold), OURS)] : []),
    ...(firstAnswers.page === undefined ? [] : [firstAnswerRow(firstAnswers)]),
    ...(page === undefined
      ? []
      : [rowOf('page', 'medianMs', { [OURS]: page.firstLive.medianMs }, OURS)]),
    ...(sizes.length > 0 ? [rowOf('bundle-bytes', 'bytes', Object.fromEntries(sizes), OURS)] : []),
  ];
}

/** Formats the time of a page on its main thread, and the ratio with a worker. */
function firstAnswerRow(found: Readonly<Record<string, FirstAnswer>>): Row {
  const entries = Object.entries(found).map(([name, { time }]) => [name, time.medianMs] as const);
  return rowOf('first-answer', 'medianMs', Object.fromEntries(entries), 'page');
}

export function recordText({ adapter, browser, commit, rows, details }: BenchRecord): string {
  const starts = rows
    .filter(({ workload }) => STARTS.includes(workload))
    .map(({ workload, medianMs, bytes, ratio }) => {
      const own = bytes == null ? `${precise(medianMs ?? 0)} ms` : `${precise(bytes / 1000)} kB`;
      const others = Object.entries(ratio).map(([name, times]) => `${name} ${times} times that`);
      if (workload === 'first-answer') others.push(taskText(details));
      if (workload === 'page' && details.page !== undefined) others.push(pageText(details.page));
      return `${workload}\n  ${[`${OURS} ${own}`, ...others].join(', ')}\n`;
    });
  return [
    ...details.results.map((result) => textOf(result, OURS, details.limits)),
    ...starts,
    limitsText(details.limits),
    `${adapter}; ${browser}; commit ${commit}\n`,
  ].join('');
}

function taskText({ firstAnswers = {} }: BenchDetails): string {
  const parts = Object.entries(firstAnswers).map(
    ([name, { longestTaskMs }]) => `${precise(longestTaskMs)} ms (${name})`,
  );
  return `CPU time of the longest task of the page's thread ${parts.join(', ')}`;
}

function pageText({ sentence, longestTaskMs }: PageTimes): string {
  const tasks = Object.entries(longestTaskMs).map(
    ([when, ms]) => `${precise(ms)} ms while ${when}`,
  );
  return (
    `ten tokens ${precise(sentence.medianMs)} ms once warm, CPU time of the page's longest task ` +
    tasks.join(', ')
  );
}

/** The rows of a record. @throws InputError if the text is not a record */
export function readRows(text: string, path: string): readonly Row[] {
  const wanted = `${path}: expected the result.json of an earlier run of the bench`;
  try {
    const { rows }: { readonly rows: readonly Row[] } = JSON.parse(text);
    if (Array.isArray(rows)) return rows;
  } catch (cause) {
    throw new InputError(wanted, { cause });
  }
  throw new InputError(wanted);
}
