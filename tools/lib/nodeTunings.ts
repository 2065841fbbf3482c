/** Tunings in the user's cache folder, for Dawn in Node and for browsers that commands drive. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TuningStore, tuningStore } from 'qkv';
import { fileStore } from '../fileStore';

/** The cache folder: XDG_CACHE_HOME/qkv, or ~/.cache/qkv. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'qkv');
}

/** Tunings of browsers, whose keys include browser and version. */
export function browserTunings(): TuningStore {
  return tuningStore(fileStore(cacheFolder()));
}

/** Tunings of Node, separate for each version of Dawn. */
export function nodeTunings(): TuningStore {
  const store = browserTunings();
  const keyed = (adapterKey: string) => `${adapterKey} | webgpu ${dawnVersion()}`;
  return {
    load: (adapterKey) => store.load(keyed(adapterKey)),
    save: (adapterKey, tuning) => store.save(keyed(adapterKey), tuning),
  };
}

function dawnVersion(): string {
  const description: { version?: string } = createRequire(import.meta.url)('webgpu/package.json');
  return description.version ?? 'of unknown version';
}
