/** The special tokens that tokenizer_config.json and special_tokens_map.json name. */
import { FormatError, shown } from '../../core/errors';
import { type Files, isList, isObject, type JsonObject, optionalObject } from './files';
import type { TokenizerSpecialIds } from './tokenizer';

export const CONFIG = 'tokenizer_config.json';
export const SPECIAL_MAP = 'special_tokens_map.json';

/** The parts that special tokens play. */
const ROLES = ['bos', 'eos', 'pad', 'unk', 'mask', 'cls', 'sep'] as const;
type Role = (typeof ROLES)[number];

/** A token that is found in text before it is cut. */
export interface AddedToken {
  readonly text: string;
  readonly id: number;
  /** Whether decoding leaves it out. */
  readonly isSpecial: boolean;
  /** Whether the white space before it, or behind it, belongs to it. */
  readonly stripsLeft: boolean;
  readonly stripsRight: boolean;
}

/** What the configuration files of a tokenizer say. */
export interface TokenizerConfig {
  readonly config: JsonObject;
  /** Texts of special tokens by their roles. */
  readonly roles: Readonly<Partial<Record<Role, string>>>;
  /** Other special tokens, such as those of languages. */
  readonly others: readonly string[];
}

/** Reads both configuration files; each may be missing. @throws FormatError for damaged ones */
export function readConfig(files: Files): TokenizerConfig {
  const config = optionalObject(files, CONFIG);
  const map = optionalObject(files, SPECIAL_MAP);
  const roles: Partial<Record<Role, string>> = {};
  for (const role of ROLES) {
    const name = `${role}_token`;
    const text = tokenText(config[name], `${CONFIG}, ${name}`) ?? tokenText(map[name], SPECIAL_MAP);
    if (text !== undefined) roles[role] = text;
  }
  const others = [
    ...texts(config.extra_special_tokens, `${CONFIG}, extra_special_tokens`),
    ...texts(config.additional_special_tokens, `${CONFIG}, additional_special_tokens`),
    ...texts(map.additional_special_tokens, `${SPECIAL_MAP}, additional_special_tokens`),
  ];
  return { config, roles, others: [...new Set(others)] };
}

/** The ids of special tokens that the vocabulary has. */
export function specialIds(
  roles: TokenizerConfig['roles'],
  id: (token: string) => number | undefined,
): TokenizerSpecialIds {
  const ids: Partial<Record<Role, number>> = {};
  for (const role of ROLES) {
    const text = roles[role];
    const found = text === undefined ? undefined : id(text);
    if (found !== undefined) ids[role] = found;
  }
  return ids;
}

/** A string of the configuration; undefined if there is none. @throws FormatError for another value */
export function textSetting(config: JsonObject, name: string): string | undefined {
  const value = config[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new FormatError(`${CONFIG}, ${name}: expected a string, found ${shown(value)}`);
}

/** The text of a token that stands as a string, or as an object with `content`. */
export function tokenText(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = isObject(value) ? value.content : value;
  if (typeof text === 'string') return text;
  throw new FormatError(`${where}: expected the text of a token, found ${shown(value)}`);
}

/** Texts of tokens in a list, or in an object by names. */
export function texts(value: unknown, where: string): readonly string[] {
  const list = isObject(value) ? Object.values(value) : (value ?? []);
  if (!isList(list)) throw new FormatError(`${where}: expected a list, found ${shown(value)}`);
  return list.flatMap((one) => tokenText(one, where) ?? []);
}
