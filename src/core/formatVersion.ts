/**
 * Versions of file formats: each format counts from 1, and a build reads all versions up to its
 * own.
 */
import { FormatError } from './errors';

/**
 * Rejects a file whose version this build cannot read.
 * @param where names the file in the message
 * @param newest the version that this build writes
 * @throws FormatError that says whether to update the package or to replace the file
 */
export function checkFormatVersion(where: string, found: unknown, newest: number): void {
  const isVersion = typeof found === 'number' && Number.isInteger(found) && found >= 1;
  if (isVersion && found <= newest) return;
  const expected = newest === 1 ? 'version 1' : `a version from 1 to ${newest}`;
  const remedy = isVersion
    ? 'it was written by a newer version of qkv: update the package'
    : 'it is damaged or was written by another program';
  throw new FormatError(
    `${where}: expected ${expected}, found ${found === undefined ? 'none' : JSON.stringify(found)}; ${remedy}`,
  );
}
