/**
 * The file system, where there is one. The package's entry for Node hands it in, so that the bundles
 * of pages have none of its code.
 */
import type { OpenedFile } from './openedFile';

/** Opens a file by path. @throws DownloadError if it does not exist; AbortedError */
export type OpenPath = (address: string, signal: AbortSignal) => Promise<OpenedFile>;

let current: OpenPath | undefined;

/** Hands the file system in. */
export function useFileSystem(open: OpenPath | undefined): void {
  current = open;
}

/** The file system that was handed in. */
export function fileSystem(): OpenPath | undefined {
  return current;
}
