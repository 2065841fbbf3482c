/** Reads the JSON files of published tokenizers, which come from strangers: what is used is checked. */
import { FormatError, shown } from '../../core/errors';

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Contents of files by their names. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** The largest id of a token that is read: far above any vocabulary's. */
const LARGEST_ID = 2 ** 24;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A file's bytes. @throws FormatError if it is missing */
export function fileBytes(files: Files, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  const found = files.size === 0 ? 'no files' : [...files.keys()].join(', ');
  throw new FormatError(`${name}: expected this file of the tokenizer, found ${found}`);
}

/** A file's text. @throws FormatError if it is missing, or no UTF-8 */
export function fileText(files: Files, name: string): string {
  const bytes = fileBytes(files, name);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(`${name}: expected text in UTF-8; is the file whole?`, { cause });
  }
}

/** The object in a JSON file. @throws FormatError if it is missing or damaged */
export function fileObject(files: Files, name: string): JsonObject {
  const text = fileText(files, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const isPage = /^\s*</u.test(text);
    const found = isPage ? `a web page: ${shown(text.trimStart())}` : shown(text);
    throw new FormatError(`${name}: expected JSON, found ${found}; was it downloaded whole?`, {
      cause,
    });
  }
  if (isObject(value)) return value;
  throw new FormatError(`${name}: expected an object, found ${shown(value)}`);
}

/** The object in a JSON file; an empty one if there is no such file. */
export function optionalObject(files: Files, name: string): JsonObject {
  return files.has(name) ? fileObject(files, name) : {};
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_ID;
}

/** An id of a token. @throws FormatError for what is none */
export function checkedId(value: unknown, where: string): number {
  if (isId(value)) return value;
  throw new FormatError(
    `${where}: expected a whole number from 0 to ${LARGEST_ID} as the id, found ${shown(value)}`,
  );
}

/**
 * The ids of a vocabulary by their tokens.
 * @throws FormatError for ids that are none, or that two tokens have
 */
export function readVocabulary(vocabulary: unknown, where: string): ReadonlyMap<string, number> {
  if (!isObject(vocabulary)) {
    throw new FormatError(`${where}: expected an object of ids, found ${shown(vocabulary)}`);
  }
  const ids = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, value] of Object.entries(vocabulary)) {
    // Messages are made for errors only: a vocabulary has some 100,000 tokens.
    const id = isId(value) ? value : checkedId(value, `${where}, token ${shown(token)}`);
    const other = tokens.get(id);
    if (other !== undefined) {
      throw new FormatError(
        `${where}: tokens ${shown(other)} and ${shown(token)} both have the id ${id}`,
      );
    }
    ids.set(token, id);
    tokens.set(id, token);
  }
  if (ids.size === 0) throw new FormatError(`${where}: there are no tokens`);
  return ids;
}
