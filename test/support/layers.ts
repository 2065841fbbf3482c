/** The layer diagram of DESIGN.md as a rule on imports, and the search for import cycles. */
import { resolveImport, type SourceFile } from './sourceScan';

/** From the bottom up; folders in one row may not see each other. */
export const LAYERS: readonly (readonly string[])[] = [
  ['shaders'],
  ['core'],
  ['graph'],
  ['ops'],
  ['autodiff', 'compiler'],
  ['gpu', 'cpu'],
  ['nn', 'text', 'io', 'selfcheck'],
  ['toy', 'evaluation'],
  ['models'],
  ['generate', 'inspect'],
  ['train'],
  ['tasks'],
  ['worker'],
  ['entries'],
];

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Relative imports between source files. */
export function importEdges(files: readonly SourceFile[]): readonly Edge[] {
  return files.flatMap(({ path, specifiers }) =>
    specifiers.flatMap((specifier) => {
      const to = resolveImport(path, specifier);
      return to === undefined ? [] : [{ from: path, to }];
    }),
  );
}

/** 'src/ops/matmul/op.ts' -> ['ops', 'matmul']; 'shaders/lib/wgsl.ts' -> ['shaders']. */
function place(path: string): { readonly area: string; readonly folder: string } {
  const [top = '', area = '', ...rest] = path.split('/');
  if (top !== 'src') return { area: top, folder: top };
  return { area, folder: area === 'ops' && rest.length > 1 ? `ops/${rest[0]}` : area };
}

function level(area: string): number {
  return LAYERS.findIndex((row) => row.includes(area));
}

/** Why an import is not allowed; undefined when it is. */
export function layerViolation({ from, to }: Edge): string | undefined {
  const [a, b] = [place(from), place(to)];
  for (const { area } of [a, b]) {
    if (level(area) < 0) return `${from} -> ${to}: '${area}' is in no layer`;
  }
  if (level(b.area) > level(a.area)) return `${from} -> ${to}: upwards, ${a.area} to ${b.area}`;
  if (level(b.area) < level(a.area)) return undefined;
  if (a.area !== b.area) return `${from} -> ${to}: across a layer, ${a.area} to ${b.area}`;
  // One op may be composed of others, but knows nothing of them except the op itself.
  const isOtherOp = b.folder.startsWith('ops/') && b.folder !== a.folder;
  const isRegistry = /^src\/ops\/(costs|functions|gradients|kernels|references)\.ts$/.test(from);
  if (isOtherOp && !isRegistry && !to.endsWith('/op.ts')) {
    return `${from} -> ${to}: only op.ts of another op may be imported`;
  }
  return undefined;
}

/** Groups of files that import each other, directly or not (Tarjan 1972). */
export function importCycles(edges: readonly Edge[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const index = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    let lowest = own;
    stack.push(node);
    for (const other of next.get(node) ?? []) {
      if (!index.has(other)) lowest = Math.min(lowest, visit(other));
      else if (stack.includes(other)) lowest = Math.min(lowest, index.get(other) ?? own);
    }
    if (lowest === own) {
      const group = stack.splice(stack.indexOf(node));
      const importsItself = next.get(node)?.includes(node) ?? false;
      if (group.length > 1 || importsItself) cycles.push(group);
    }
    return lowest;
  };
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return cycles;
}

/** Files that can be reached from the given ones. */
export function reachable(edges: readonly Edge[], from: readonly string[]): ReadonlySet<string> {
  const seen = new Set(from);
  for (const file of seen) {
    for (const edge of edges) if (edge.from === file) seen.add(edge.to);
  }
  return seen;
}
