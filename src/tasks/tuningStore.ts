/** Tunings in any store of named bytes: IndexedDB in a page or worker, files in Node. */
import { textHash } from '../core/textHash';
import { parseTuning, type TuningStore } from '../gpu/tuning';
import { type CheckpointStore, indexedDbStore, StorageError } from '../io';

/**
 * Keeps a tuning for each adapter and browser version.
 * A page's storage may be closed to it (private windows, no space): `load` then finds nothing, and the
 * app runs untuned, while `save` throws a StorageError.
 * @throws FormatError from `load` when something else lies under the name
 */
export function tuningStore(store: CheckpointStore = indexedDbStore('qkv-tuning')): TuningStore {
  const nameOf = (adapterKey: string) => `tuning-${textHash(adapterKey)}.json`;
  return {
    async load(adapterKey) {
      try {
        const bytes = await store.load(nameOf(adapterKey));
        return bytes === undefined ? undefined : parseTuning(new TextDecoder().decode(bytes));
      } catch (error) {
        if (error instanceof StorageError) return undefined;
        throw error;
      }
    },
    save(adapterKey, tuning) {
      // The key is for people who read the file.
      const text = JSON.stringify({ adapter: adapterKey, ...tuning }, null, 1);
      return store.save(nameOf(adapterKey), new TextEncoder().encode(text));
    },
  };
}
