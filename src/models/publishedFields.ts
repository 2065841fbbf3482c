/** Checks of config.json: values that are not supported are refused by name and value. */
import { OptionError } from '../core/errors';
import type { Fields } from './fields';

/**
 * Refuses a value that is not supported; a field that is missing has the default.
 * @throws OptionError naming field and value
 */
export function expectField(config: Fields, name: string, supported: readonly unknown[]): void {
  const found = config.value(name);
  if (found === undefined || found === null || supported.includes(found)) return;
  throw new OptionError(
    `config.json: ${name} ${JSON.stringify(found)} is not supported, only ` +
      `${supported.map((value) => JSON.stringify(value)).join(' and ')}; choose another model`,
  );
}
