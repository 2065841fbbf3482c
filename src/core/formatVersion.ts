/** Versions of files: each format counts its own from 1, and a build reads all up to its own. */
import { FormatError } from './errors';

/**
 * Refuses a file of a version that this build does not read.
 * @param where names the file in the message
 * @param newest the version that this build writes
 * @throws FormatError that says whether to update the package or to look for another file
 */
export function checkFormatVersion(where: string, found: unknown, newest: number): void {
  const isVersion = typeof found === 'number' && Number.isInteger(found) && found >= 1;
  if (isVersion && found <= newest) return;
  const expected = newest === 1 ? 'version 1' : `a version from 1 to ${newest}`;
  const remedy = isVersion
    ? 'a newer qkv wrote it: update the package'
    : 'it is damaged or of another program';
  throw new FormatError(
    `${where}: expected ${expected}, found ${found === undefined ? 'none' : JSON.stringify(found)}; ${remedy}`,
  );
}
