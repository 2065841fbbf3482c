/** What package.json exports, with the source that each entry is built from: the one list of entries. */
import { existsSync, readFileSync } from 'node:fs';
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
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** The condition by which the checkout's own code resolves an entry to its source. */
const SOURCE_CONDITION = 'qkv-source';

export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** The entries in the order of package.json: what an app needs first comes first. */
export function packageEntries(): readonly Entry[] {
  const { name: packageName, exports } = packageJson();
  return Object.entries(exports).flatMap(([key, conditions]) => {
    // A file such as package.json.
    if (typeof conditions === 'string') return [];
    const name = key === '.' ? 'index' : key.slice('./'.length);
    const specifier = key === '.' ? packageName : `${packageName}/${name}`;
    return [{ specifier, name, source: conditions[SOURCE_CONDITION] ?? sourceOf(name) }];
  });
}

/** The source of an entry that names none. @throws Error when there is none */
function sourceOf(name: string): string {
  const places = [`src/entries/${name}.ts`, `src/${name}.ts`, `src/${name}/index.ts`];
  const found = places.find((path) => existsSync(join(root, path)));
  if (found !== undefined) return found;
  throw new Error(
    `package.json exports '${name}', but there is no ${places.join(', ')}; add its source or name it ` +
      `by the condition '${SOURCE_CONDITION}'`,
  );
}
