/** The entries of package.json's `exports`, with the source of each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../environment.mjs';

export interface Entry {
  /** The specifier that apps import: 'qkv' or 'qkv/selfcheck'. */
  readonly specifier: string;
  /** Name of its files in the built library, without extension. */
  readonly name: string;
  /** Relative to the repository. */
  readonly source: string;
}

export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, { readonly 'qkv-source': string }>>;
}

export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** The entries in the order of package.json. */
export function packageEntries(): readonly Entry[] {
  const { name: packageName, exports } = packageJson();
  return Object.entries(exports).map(([key, { 'qkv-source': source }]) => {
    const name = key === '.' ? 'index' : key.slice('./'.length);
    const specifier = key === '.' ? packageName : `${packageName}/${name}`;
    return { specifier, name, source: source.slice('./'.length) };
  });
}
