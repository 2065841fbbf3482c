/**
 * Reads the fields of a published config.json, where null stands for a default, and refuses values
 * whose computation a kind does not have.
 */
import { FormatError, OptionError, shown } from '../core/errors';
import type { Fields } from './fields';

/** Whether a field has a value: neither absent nor null. */
export function isGiven(fields: Fields, name: string): boolean {
  const value = fields.value(name);
  return value !== undefined && value !== null;
}

/** A number, or the default. @throws FormatError for another value */
export function numberOr(fields: Fields, name: string, fallback: number): number {
  return isGiven(fields, name) ? fields.number(name) : fallback;
}

/** True or false, or the default. @throws FormatError for another value */
export function booleanOr(fields: Fields, name: string, fallback: boolean): boolean {
  return isGiven(fields, name) ? fields.boolean(name, fallback) : fallback;
}

/** The object in a field; undefined if it is absent or null. @throws FormatError for another value */
export function objectIn(fields: Fields, name: string): object | undefined {
  const value = fields.value(name) ?? undefined;
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return value;
  throw new FormatError(`config.json: '${name}' must be an object, found ${shown(value)}`);
}

/**
 * Checks that fields are absent, null, or have a value that is supported.
 * @param supported the values by field
 * @throws OptionError naming the first other field and its value
 */
export function checkSupported(
  fields: Fields,
  supported: Readonly<Record<string, readonly (string | number | boolean)[]>>,
): void {
  for (const [name, values] of Object.entries(supported)) {
    const found = fields.value(name);
    if (!isGiven(fields, name) || values.some((value) => value === found)) continue;
    throw new OptionError(
      `config.json: '${name}' ${shown(found)} is not supported, only ` +
        `${values.map(shown).join(' or ') || 'null'}; use another model`,
    );
  }
}
