/** The folder that a cache keeps its files in. They are small enough to be replaced as a whole. */

/** A folder of files. All methods reject if the folder cannot be used. */
export interface CacheFolder {
  /** Names of the files. */
  list(): Promise<readonly string[]>;
  /** Size in bytes; undefined if there is no such file. */
  size(name: string): Promise<number | undefined>;
  /** The contents. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Replaces a file, or makes it. */
  write(name: string, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void>;
  /** Removes a file; does nothing if there is none. */
  remove(name: string): Promise<void>;
}
