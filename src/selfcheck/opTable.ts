/** The table of all ops in the README, from the ops themselves: a line a folder. */
import type { Op } from '../graph/op';
import { ops } from '../ops';
import { gradientRules } from '../ops/gradients';
import { allCases } from './allCases';

type Exports = Readonly<Record<string, unknown>>;

const modules = import.meta.glob<Exports>(
  ['../ops/*/*.ts', '!**/cases.ts', '!**/*Cases.ts', '!**/reference*.ts'],
  { eager: true },
);

/** Folders whose kernels compute products in f16, and those that read weights stored in it. */
const HALF: Readonly<Record<string, string>> = { quantised: 'weights and products' };

const isOp = (value: unknown): value is Op =>
  typeof value === 'object' && value !== null && 'infer' in value && 'lowering' in value;

/** What the folder's op functions are called, and the ops that they apply. */
function folderOf(name: string): { functions: readonly string[]; own: readonly Op[] } {
  const files = Object.entries(modules).filter(([path]) => path.split('/').at(-2) === name);
  const all = files.flatMap(([, exports]) => Object.entries(exports));
  const known = new Map<unknown, string>(Object.entries(ops).map(([key, value]) => [value, key]));
  const functions = all.flatMap(([, value]) => known.get(value) ?? []);
  return {
    functions: [...new Set(functions)].sort(),
    own: [...new Set(all.map(([, value]) => value).filter(isOp))],
  };
}

/** What an op becomes: 'an expression', 'kernels', 'a view' ... */
function forward({ lowering }: Op): string {
  switch (lowering.kind) {
    case 'elementwise':
      return 'expression';
    case 'kernel':
      return 'kernel';
    case 'alias':
    case 'pack':
      return 'no copy';
    case 'loop':
      return 'loop';
    case 'source':
      return '';
    default:
      return lowering satisfies never;
  }
}

/** How an op is fused: into any neighbour, or others into it. */
function fused({ lowering }: Op): string {
  if (lowering.kind === 'elementwise') return 'with any';
  if (lowering.kind === 'kernel') return lowering.epilogue === true ? 'what follows' : 'no';
  return lowering.kind === 'loop' ? 'its body' : '';
}

const joined = (parts: readonly string[]) =>
  [...new Set(parts.filter((part) => part !== ''))].sort().join(', ') || '–';

/** Whether gradients flow through the ops that are not gradients themselves. */
function gradient(own: readonly Op[]): string {
  const rules = own.map((op) => gradientRules.get(op));
  return rules.some((rule) => rule !== undefined && rule !== 'none') ? 'yes' : '–';
}

/** The table in Markdown. */
export function opTable(): string {
  const rows = Object.entries(allCases()).flatMap(([name, cases]): readonly string[] => {
    const { functions, own } = folderOf(name);
    if (functions.length === 0) return [];
    const forwards = own.filter((op) => !/grad/i.test(op.name));
    const cells = [
      functions.map((text) => `\`${text}\``).join(' '),
      joined(forwards.map(forward)),
      gradient(own),
      joined(forwards.map(fused)),
      HALF[name] ?? '–',
      String(cases.length),
    ];
    return [`| ${cells.join(' | ')} |`];
  });
  const count = Object.values(allCases()).reduce((sum, { length }) => sum + length, 0);
  return [
    `| ops | forward | gradient | fused | f16 | ${count} cases |`,
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
