/** Checks ids that come from models, or from elsewhere. */
import { InputError } from '../../core/errors';

/** @throws InputError naming the first id that is no whole number from 0 to size-1 */
export function checkTokenIds(where: string, ids: readonly number[], size: number): void {
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < size));
  if (wrong === undefined) return;
  throw new InputError(
    `${where}: expected ids from 0 to ${size - 1}, found ${wrong}; was it made by another model?`,
  );
}
