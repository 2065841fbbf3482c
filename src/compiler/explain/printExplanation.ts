/** Prints an explained plan: a line per step, a line per storage, and totals. */
import { defined } from '../../core/errors';
import type { ExplainedStep, ExplainedStorage, Explanation } from './explain';

/** The text; figures of a step are those of one execution. */
export function printExplanation(explanation: Explanation): string {
  const { steps, storages, peakBytes, flops, bytes, dispatches } = explanation;
  const rows = steps.map(stepRow);
  const { owned, state } = peakBytes;
  return [
    ...table(['step', 'times', 'ops', 'kernels', 'FLOPs', 'bytes', 'writes'], rows),
    '',
    ...table(['storage', 'use', 'bytes', 'values', 'steps'], storages.map(storageRow)),
    '',
    `memory: ${quantity(owned)}B of its own and ${quantity(state)}B of shared state at most`,
    `a run: ${quantity(flops)}FLOP, ${quantity(bytes)}B moved at least` +
      `${dispatches > 0 ? `, ${dispatches} dispatches` : ''}`,
  ].join('\n');
}

function stepRow(step: ExplainedStep): readonly string[] {
  const chosen = step.choices.map(
    ({ chosen: name, candidates }) => `${name} of ${candidates.length}`,
  );
  const kernels = [...new Set(step.kernels)].join(', ');
  return [
    String(step.step),
    String(step.times),
    step.ops.join('+'),
    `${kernels}${chosen.length === 0 ? '' : ` (${chosen.join('; ')})`}`,
    quantity(step.flops),
    quantity(step.bytes),
    step.writes.join(', '),
  ];
}

function storageRow(storage: ExplainedStorage): readonly string[] {
  const { first, last } = storage;
  return [
    `@${storage.storage}`,
    storage.use,
    quantity(storage.byteLength),
    String(storage.values),
    first === undefined ? 'unused' : `${first} to ${last}`,
  ];
}

/** Columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => defined(row[i], 'cell').length)),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(defined(widths[i], 'width')))
      .join('  ')
      .trimEnd(),
  );
}

const PREFIXES = ['', 'k', 'M', 'G', 'T'];

/** '12.3 M': three digits and a prefix of a unit. */
export function quantity(value: number): string {
  const power = Math.min(PREFIXES.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  const digits = power === 0 || scaled >= 99.95 ? scaled.toFixed(0) : scaled.toPrecision(3);
  return `${digits} ${PREFIXES[power]}`;
}
