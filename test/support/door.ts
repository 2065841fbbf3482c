/** What the package's entries export, and what everything outside of `src` imports of them. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT, resolveImport, type SourceFile } from './sourceScan';

export interface Exported {
  /** 'qkv/graph' */
  readonly entry: string;
  readonly name: string;
  readonly isType: boolean;
}

/** What all entries export. */
export function entryExports(): readonly Exported[] {
  return Object.entries(packageJson.exports).flatMap(([path, { 'qkv-source': source }]) =>
    moduleExports(source).map((one) => ({ entry: posix.join('qkv', path), ...one })),
  );
}

/** What a module exports; where it exports all of another, what that one exports. */
function moduleExports(path: string): readonly Omit<Exported, 'entry'>[] {
  const { module } = parseSync(path, readFileSync(join(ROOT, path), 'utf8'));
  return module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, isType, moduleRequest }) => {
      if (exportName.name !== null) return [{ name: exportName.name, isType }];
      const other = moduleRequest && resolveImport(path, moduleRequest.value);
      return other ? moduleExports(other) : [];
    }),
  );
}

/** What a text imports of the package by name: 'qkv/graph trace'. Of a namespace, its members. */
export function namesUsed(path: string, text: string): readonly string[] {
  const { module } = parseSync(path, text);
  return module.staticImports.flatMap(({ moduleRequest, entries }) => {
    const entry = moduleRequest.value;
    if (!/^qkv(\/|$)/.test(entry)) return [];
    return entries.flatMap(({ importName, localName }) => {
      if (importName.kind === 'Name') return [`${entry} ${importName.name}`];
      const members = text.matchAll(new RegExp(`\\b${localName.value}\\.(\\w+)`, 'g'));
      return [...members].map(([, member]) => `${entry} ${member}`);
    });
  });
}

/** Imports that go round the entries: 'demo/main.ts -> src/tasks/translator.ts'. */
export function importsRound(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, specifiers }) =>
    specifiers.flatMap((specifier) => {
      const to = resolveImport(path, specifier) ?? '';
      return /^(src|shaders)\//.test(to) ? [`${path} -> ${to}`] : [];
    }),
  );
}
