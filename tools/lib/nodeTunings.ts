/** Tunings of Dawn in Node: files of the user's cache folder, apart for each version of Dawn. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TuningStore } from '../../src/gpu/tuning';
import { tuningStore } from '../../src/tasks/tuningStore';
import { fileStore } from '../fileStore';

/** XDG_CACHE_HOME/qkv, or ~/.cache/qkv. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'qkv');
}

export function nodeTunings(): TuningStore {
  const store = tuningStore(fileStore(cacheFolder()));
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
