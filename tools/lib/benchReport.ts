/** Formats a bench run as a self-contained HTML file with tables, bars and a roofline. */

import { costOf } from '../../bench/cost';
import type { Limits } from '../../bench/limits';
import { bandwidth, limitsText, precise, ratesOf, workloadNamed } from '../../bench/report';
import type { Task } from '../../bench/spec';
import type { ContestantResult, WorkloadResult } from '../../bench/workload';
import type { BenchRecord } from './benchRecord';
import { type BarChart, type Chart, type PointChart, renderSvg } from './charts';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
  --back: light-dark(#f5f6fa, #10131c); --card: light-dark(#fff, #191e2b);
  --text: light-dark(#1a1d26, #e8eaf2); --dim: light-dark(#5b6274, #a2a9bd);
  --line: light-dark(#dde1ec, #2e3546); }
body { max-width: 66rem; margin: 0 auto; padding: 2rem 1rem; background: var(--back); color: var(--text); }
h1, h2 { letter-spacing: -0.01em; } h2 { margin: 2rem 0 0.5rem; font-size: 1.125rem; }
p { color: var(--dim); } .scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; background: var(--card); font-size: 0.875rem; }
th, td { padding: 0.375rem 0.625rem; border: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; } td { font-variant-numeric: tabular-nums; }
thead th { color: var(--dim); font-weight: 600; }
figure { margin: 1rem 0; padding: 0.5rem; border-radius: 0.5rem; background: #fff; overflow-x: auto; text-align: center; }`;

const HEADS = [
  'contestant',
  'median',
  'middle half',
  'middle 80%',
  'first run',
  'prepared in',
  'dispatches',
  'passes',
  'submits',
  'pipelines',
  'peak MB',
  'GFLOP/s',
  'GB/s',
  'of the limit',
];

export function htmlReport(record: BenchRecord): string {
  const { adapter, browser, commit, details } = record;
  const { limits, results } = details;
  const charts = [ratioChart(record), firstRunChart(results), roofline(results, limits)];
  const figures = charts
    .filter((chart) => chart !== undefined)
    .map((chart: Chart) => `<figure>${renderSvg(chart)}</figure>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>qkv bench: ${escaped(adapter)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>qkv bench</h1>
<p>${escaped(adapter)}; ${escaped(browser)}; commit ${escaped(commit)}. Times are milliseconds of a
whole call, from the upload of its input to its result on the CPU.</p>
<p>${escaped(limitsText(limits))}</p>
${figures.join('\n')}
${results.map((result) => section(result, limits)).join('\n')}
${startTables(record)}
</body>
</html>
`;
}

function section({ workload, results, failures }: WorkloadResult, limits: Limits): string {
  const known = workloadNamed(workload);
  const unit = known?.per === undefined ? '' : `, a ${known.per.unit}`;
  const rows = Object.entries(results).map(([name, result]) => {
    const rates = known && ratesOf(known, result.medianMs, limits);
    return [
      name,
      ...timeCells(result),
      ...[result.dispatches, result.passes, result.submits, result.pipelines].map(String),
      precise(result.peakBytes / 1e6),
      precise(rates?.gigaflopsPerSecond ?? Number.NaN),
      precise(rates?.gigabytesPerSecond ?? Number.NaN),
      rates?.fractionOfLimit === undefined ? '-' : `${precise(100 * rates.fractionOfLimit)}%`,
    ];
  });
  const failed = Object.entries(failures).map(
    ([name, reason]) => `<p>${escaped(name)} was not measured: ${escaped(reason)}</p>`,
  );
  return `<h2>${escaped(workload + unit)}</h2>${table(HEADS, rows)}${failed.join('')}`;
}

function timeCells(result: ContestantResult): readonly string[] {
  const { medianMs, lowerMs, upperMs, p10Ms, p90Ms, firstMs, prepareMs } = result;
  const range = (from: number, to: number) => `${precise(from)} to ${precise(to)}`;
  return [
    precise(medianMs),
    range(lowerMs, upperMs),
    range(p10Ms, p90Ms),
    precise(firstMs),
    precise(prepareMs),
  ];
}

function startTables({ details: { coldStarts, bundles } }: BenchRecord): string {
  const cold = Object.entries(coldStarts ?? {}).map(([name, { medianMs, lowerMs, upperMs }]) => [
    name,
    precise(medianMs),
    `${precise(lowerMs)} to ${precise(upperMs)}`,
  ]);
  const sizes = Object.entries(bundles ?? {}).map(([name, { scriptBytes, wasmBytes }]) => [
    name,
    precise(scriptBytes / 1000),
    precise(wasmBytes / 1000),
  ]);
  const coldHeads = ['contestant', 'median', 'middle half'];
  const sizeHeads = ['contestant', 'scripts', 'WebAssembly'];
  return [
    cold.length > 0
      ? `<h2>Cold start: from navigation to the first product of matrices</h2>${table(coldHeads, cold)}`
      : '',
    sizes.length > 0
      ? `<h2>Bytes of an app with a translator’s model, gzipped, in kB</h2>${table(sizeHeads, sizes)}`
      : '',
  ].join('\n');
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const data = cells.map((text) => `<td>${escaped(text)}</td>`).join('');
    return `<tr><th scope="row">${escaped(name)}</th>${data}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** The time of each peer relative to qkv's. */
function ratioChart({ rows }: BenchRecord): BarChart | undefined {
  const peers = [...new Set(rows.flatMap(({ ratio }) => Object.keys(ratio)))];
  if (peers.length === 0) return undefined;
  const series = peers.map((peer) => [peer, rows.map(({ ratio }) => ratio[peer] ?? null)] as const);
  return {
    kind: 'bars',
    title: 'How many times as long as qkv a peer takes',
    categories: rows.map(({ workload }) => workload),
    y: { name: 'median, divided by that of qkv' },
    series: Object.fromEntries(series),
  };
}

function firstRunChart(results: readonly WorkloadResult[]): BarChart {
  return {
    kind: 'bars',
    title: 'Preparation and first run',
    categories: results.map(({ workload }) => workload),
    y: { name: 'ms' },
    series: Object.fromEntries(
      contestantsOf(results).map((name) => [
        name,
        results.map((result) => result.results[name]?.firstMs ?? null),
      ]),
    ),
  };
}

/**
 * The roofline of the adapter by arithmetic intensity (Williams et al. 2009), and the measured
 * rates.
 */
function roofline(results: readonly WorkloadResult[], limits: Limits): PointChart | undefined {
  const points = results.flatMap((result) => {
    const workload = workloadNamed(result.workload);
    return workload === undefined ? [] : [{ result, workload }];
  });
  const intensities = points.map(({ workload }) => intensity(workload));
  if (points.length === 0) return undefined;
  const [least, most] = [Math.min(...intensities) / 2, Math.max(...intensities) * 2];
  const ridge = limits.flopsPerSecond / bandwidth(limits);
  const roof = (x: number): readonly [number, number] => [
    x,
    Math.min(limits.flopsPerSecond, x * bandwidth(limits)) / 1e9,
  ];
  const corners = [least, ridge, most].filter((x) => x >= least && x <= most);
  const groups = contestantsOf(results).map((name) => {
    const own = points.flatMap(({ result, workload }) => {
      const ms = result.results[name]?.medianMs;
      if (ms === undefined) return [];
      const reached = ratesOf(workload, ms, limits).gigaflopsPerSecond;
      return [{ at: [intensity(workload), reached] as const, label: workload.name }];
    });
    return [name, own] as const;
  });
  return {
    kind: 'points',
    title: 'What is reached of what the adapter can do',
    x: { name: 'FLOP a byte', log: true },
    y: { name: 'GFLOP/s', log: true },
    groups: Object.fromEntries(groups),
    lines: { limit: corners.map(roof) },
  };
}

function intensity(task: Task): number {
  const { flops, bytes } = costOf(task);
  return flops / bytes;
}

function contestantsOf(results: readonly WorkloadResult[]): readonly string[] {
  return [...new Set(results.flatMap((result) => Object.keys(result.results)))];
}

function escaped(text: string): string {
  const entities = new Map([
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
  ]);
  return text.replace(/[&<>"]/g, (letter) => entities.get(letter) ?? letter);
}
