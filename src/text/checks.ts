/**
 * Checks that the text modules share: integer options, enumerations, and the outer fields of JSON
 * formats.
 */
import { FormatError, OptionError } from '../core/errors';
import { checkFormatVersion } from '../core/formatVersion';

/**
 * Checks that a value is an integer of at least `minimum`.
 * @throws OptionError naming the option, its range and what was found
 */
export function checkInteger(where: string, name: string, value: number, minimum: number): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new OptionError(`${where}: ${name} must be a whole number >= ${minimum}, not ${value}`);
  }
}

/**
 * Checks that a value is one of the known ones, for callers without types.
 * @throws OptionError naming the option and the known values
 */
export function checkOneOf(
  where: string,
  name: string,
  value: string,
  known: readonly string[],
): void {
  if (!known.includes(value)) {
    throw new OptionError(`${where}: ${name} must be one of ${known.join(', ')}, not '${value}'`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isUnknownArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/**
 * Checks that a parsed JSON value is an object of this format and version with exactly these keys.
 * @throws FormatError naming what is missing, unknown or different
 */
export function checkedRecord(
  format: string,
  version: number,
  json: unknown,
  keys: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isRecord(json)) throw new FormatError(`${format}: expected a JSON object`);
  if (json.format !== format) {
    throw new FormatError(`${format}: field 'format' is ${JSON.stringify(json.format)}`);
  }
  checkFormatVersion(format, json.version, version);
  const expected = ['format', 'version', ...keys];
  for (const key of expected) {
    if (!Object.hasOwn(json, key)) throw new FormatError(`${format}: field '${key}' is missing`);
  }
  for (const key of Object.keys(json)) {
    if (!expected.includes(key)) throw new FormatError(`${format}: unknown field '${key}'`);
  }
  return json;
}
