/** Stores tunings in a checkpoint store: IndexedDB in a page or worker, files in Node. */
import { textHash } from '../core/textHash';
import { parseTuning, type TuningStore } from '../gpu/tuning';
import { type CheckpointStore, indexedDbStore, StorageError } from '../io';

/**
 * A store with a tuning for each adapter and browser version. If a page has no access to storage
 * (private windows, no space), `load` returns undefined, so that the app runs untuned, and `save`
 * throws a StorageError.
 * @throws FormatError from `load` if the stored bytes are not a tuning
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
      // The adapter key is not read back: it is for people who read the file.
      const text = JSON.stringify({ adapter: adapterKey, ...tuning }, null, 1);
      return store.save(nameOf(adapterKey), new TextEncoder().encode(text));
    },
  };
}
