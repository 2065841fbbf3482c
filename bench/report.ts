/** Results as rows and as text, for the command, the page and comparisons. */
import { costOf } from './cost';
import type { Limits } from './limits';
import type { Workload } from './spec';
import type { ContestantResult, WorkloadResult } from './workload';
import { WORKLOADS } from './workloads';

/** A line of the JSON output. */
export interface Row {
  readonly workload: string;
  /** Milliseconds of a run of qkv, or of the workload's unit of it. */
  readonly medianMs: number | null;
  /** Milliseconds of qkv's preparation and first run. */
  readonly firstMs: number | null;
  readonly dispatches: number | null;
  /** Size of an app, for workloads that measure it. */
  readonly bytes?: number | null;
  /** The time of each peer, divided by qkv's. */
  readonly ratio: Readonly<Record<string, number | null>>;
}

export function toRow({ workload, results }: WorkloadResult, ours: string): Row {
  const own = results[ours];
  const medians = Object.entries(results).map(([name, { medianMs }]) => [name, medianMs] as const);
  return {
    ...rowOf(workload, 'medianMs', Object.fromEntries(medians), ours),
    firstMs: own ? rounded(own.firstMs) : null,
    dispatches: own?.dispatches ?? null,
  };
}

/** A row of one figure. @param figures by contestant */
export function rowOf(
  workload: string,
  key: 'medianMs' | 'bytes',
  figures: Readonly<Record<string, number>>,
  ours: string,
): Row {
  const own = figures[ours];
  const ratio = Object.entries(figures)
    .filter(([name]) => name !== ours)
    .map(([name, peer]) => [name, own === undefined ? null : rounded(peer / own)] as const);
  return {
    workload,
    medianMs: null,
    firstMs: null,
    dispatches: null,
    [key]: own === undefined ? null : rounded(own),
    ratio: Object.fromEntries(ratio),
  };
}

export interface Rates {
  readonly gigaflopsPerSecond: number;
  readonly gigabytesPerSecond: number;
  /** The lower bound of the time by arithmetic and memory, divided by the measured time. */
  readonly fractionOfLimit: number | undefined;
}

export function workloadNamed(name: string): Workload | undefined {
  return WORKLOADS.find((workload) => workload.name === name);
}

/** @param ms of a unit of the workload */
export function ratesOf(workload: Workload, ms: number, limits: Limits | undefined): Rates {
  const { flops, bytes } = costOf(workload);
  const seconds = (ms * (workload.per?.count ?? 1)) / 1000;
  const least = limits && Math.max(flops / limits.flopsPerSecond, bytes / bandwidth(limits));
  return {
    gigaflopsPerSecond: flops / seconds / 1e9,
    gigabytesPerSecond: bytes / seconds / 1e9,
    fractionOfLimit: least && least / seconds,
  };
}

/** The faster of both ways to copy. */
export function bandwidth({ kernelBytesPerSecond, copyBytesPerSecond }: Limits): number {
  return Math.max(kernelBytesPerSecond, copyBytesPerSecond);
}

/** The lines of a workload, one for each contestant. */
export function textOf(result: WorkloadResult, ours: string, limits: Limits | undefined): string {
  const workload = workloadNamed(result.workload);
  const { ratio } = toRow(result, ours);
  const unit = workload?.per === undefined ? '' : ` a ${workload.per.unit}`;
  const lines = Object.entries(result.results).map(([name, measured]) =>
    [
      `  ${name.padEnd(12)}${spread(measured)}${unit}`,
      `first ${measured.firstMs.toFixed(0)} ms`,
      `${measured.dispatches} dispatches in ${measured.submits} submits`,
      ...(workload ? [rateText(ratesOf(workload, measured.medianMs, limits))] : []),
      ...(typeof ratio[name] === 'number' ? [`${ours} is ${ratio[name]} times as fast`] : []),
    ].join(', '),
  );
  const failed = Object.entries(result.failures).map(
    ([name, reason]) => `  ${name.padEnd(12)}not measured: ${reason}`,
  );
  return `${[result.workload, ...lines, ...failed].join('\n')}\n`;
}

export function limitsText(limits: Limits): string {
  const giga = (value: number) => (value / 1e9).toFixed(1);
  const micro = (ms: number) => `${(ms * 1000).toFixed(1)} us`;
  return (
    `limits of ${limits.adapter}: ${giga(limits.flopsPerSecond)} GFLOP/s, ` +
    `${giga(limits.kernelBytesPerSecond)} GB/s by a kernel, ` +
    `${giga(limits.copyBytesPerSecond)} GB/s by a copy; one more dispatch ` +
    `${micro(limits.dispatchMs)}, pass ${micro(limits.passMs)}, submit ` +
    `${micro(limits.submitMs)}; a readback ${micro(limits.readbackMs)}\n`
  );
}

function spread({ medianMs, lowerMs, upperMs }: ContestantResult): string {
  return `${precise(medianMs)} ms (${precise(lowerMs)} to ${precise(upperMs)})`;
}

function rateText({ gigaflopsPerSecond, gigabytesPerSecond, fractionOfLimit }: Rates): string {
  const part =
    fractionOfLimit === undefined ? '' : ` (${(100 * fractionOfLimit).toFixed(1)}% of the limit)`;
  return `${precise(gigaflopsPerSecond)} GFLOP/s, ${precise(gigabytesPerSecond)} GB/s${part}`;
}

/** Three significant digits, without exponents. */
export function precise(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** Formats to three decimals, or to three significant digits for small numbers. */
export function rounded(value: number): number {
  return value >= 1 ? Number(value.toFixed(3)) : Number(value.toPrecision(3));
}
