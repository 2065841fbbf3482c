/**
 * What a source file imports and which forbidden constructs it has, read from its syntax tree (Vite's
 * own parser), so that comments and strings do not count. Paths are relative to the repository root.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';

export const ROOT = join(import.meta.dirname, '../..');

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Module specifiers as written: static, dynamic and type imports, and re-exports. */
  readonly specifiers: readonly string[];
  /** Lines on which `any` stands as a type. */
  readonly anyLines: readonly number[];
  /** Lines on which `navigator` is read while the module loads. */
  readonly navigatorLines: readonly number[];
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Imports of these, with their source, name another module. */
const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Their bodies run later than the module. */
const DEFERRED = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'MethodDefinition',
]);

/** Reads one source text. @throws Error when it does not parse */
export function scanSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const specifiers: string[] = [];
  const anyLines: number[] = [];
  const navigatorLines: number[] = [];
  const lineOf = (node: SyntaxNode) => text.slice(0, node.start).split('\n').length;
  walk(program as unknown as SyntaxNode, false, (node, isDeferred) => {
    if (IMPORTING.has(node.type) && isNode(node.source)) {
      specifiers.push(String(node.source.value ?? ''));
    }
    if (node.type === 'TSAnyKeyword') anyLines.push(lineOf(node));
    const isNavigator = node.type === 'Identifier' && node.name === 'navigator';
    if (isNavigator && !isDeferred) navigatorLines.push(lineOf(node));
  });
  return { path, lines: text.trimEnd().split('\n').length, specifiers, anyLines, navigatorLines };
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function walk(
  node: SyntaxNode,
  isDeferred: boolean,
  visit: (node: SyntaxNode, isDeferred: boolean) => void,
): void {
  visit(node, isDeferred);
  // A field without `static` is set when an object is made.
  const isField = node.type === 'PropertyDefinition' && node.static !== true;
  const inside = isDeferred || isField || DEFERRED.has(node.type);
  for (const [key, value] of Object.entries(node)) {
    // `{ navigator: 1 }` and `interface { navigator }` name a property.
    if (key === 'key' && node.computed !== true) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, inside, visit);
    }
  }
}

/** Every TypeScript file under the folders. */
export function scanFolders(...folders: readonly string[]): readonly SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/u.test(name) && !name.endsWith('.d.ts'))
        .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
        .filter((path) => !path.includes('/node_modules/'))
        .sort()
        .map((path) => scanSource(path, readFileSync(join(ROOT, path), 'utf8'))),
    );
}

/** The file that a relative specifier means; undefined for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = posix.join(posix.dirname(from), specifier);
  const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`];
  const found = candidates.find((path) => {
    const full = join(ROOT, path);
    return existsSync(full) && statSync(full).isFile();
  });
  return found ?? base;
}
