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
  return Object.entries(packageJson.exports).flatMap(([path, { 'qkv-source': source }]) => {
    const { module } = parseSync(source, readFileSync(join(ROOT, source), 'utf8'));
    return module.staticExports.flatMap(({ entries }) =>
      entries.map(({ exportName, isType }): Exported => {
        return { entry: posix.join('qkv', path), name: exportName.name ?? '*', isType };
      }),
    );
  });
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
