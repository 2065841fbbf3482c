/** What package.json exports, with the source that each entry is built from: the one list of entries. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../environment.mjs';

export interface Entry {
  /** As an app imports it: 'qkv' or 'qkv/selfcheck'. */
  readonly specifier: string;
  /** Name of its files in the built library, without an ending. */
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

/** The entries in the order of package.json: what an app needs first comes first. */
export function packageEntries(): readonly Entry[] {
  const { name: packageName, exports } = packageJson();
  return Object.entries(exports).map(([key, { 'qkv-source': source }]) => {
    const name = key === '.' ? 'index' : key.slice('./'.length);
    const specifier = key === '.' ? packageName : `${packageName}/${name}`;
    return { specifier, name, source: source.slice('./'.length) };
  });
}
