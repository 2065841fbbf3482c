/**
 * The JSON form of a vocabulary, and its validation: tokens must be unique and special ids
 * distinct.
 */
import { FormatError } from '../core/errors';
import { checkedRecord, isUnknownArray } from './checks';

const FORMAT = 'qkv-vocabulary';
const VERSION = 1;

/** The JSON form of a Vocabulary. */
export interface VocabularyJson {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly tokens: readonly string[];
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
  readonly unk: number | null;
  /** Ids of the further special tokens. */
  readonly further: readonly number[];
}

/** Validates the JSON form. @throws FormatError naming the first error */
export function readVocabularyJson(json: unknown): VocabularyJson {
  const keys = ['tokens', 'pad', 'bos', 'eos', 'unk', 'further'];
  const record = checkedRecord(FORMAT, VERSION, json, keys);
  const tokens = readTokens(record.tokens);
  const id = (name: string): number => readId(name, record[name], tokens);
  if (!isUnknownArray(record.further)) {
    throw new FormatError(`${FORMAT}: further must be a list of ids`);
  }
  const further = record.further.map((value) => readId('further', value, tokens));
  const unk = record.unk === null ? null : id('unk');
  const [pad, bos, eos] = [id('pad'), id('bos'), id('eos')];
  const special = [pad, bos, eos, ...(unk === null ? [] : [unk]), ...further];
  if (new Set(special).size < special.length) {
    throw new FormatError(`${FORMAT}: two special tokens have the same id`);
  }
  return { format: FORMAT, version: VERSION, tokens, pad, bos, eos, unk, further };
}

function readId(name: string, value: unknown, tokens: readonly string[]): number {
  if (typeof value === 'number' && tokens[value] !== undefined) return value;
  throw new FormatError(`${FORMAT}: ${name} is ${JSON.stringify(value)}, not a token's id`);
}

/** Describes the first error in a list of tokens; undefined if there is none. */
export function listFault(tokens: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const [id, token] of tokens.entries()) {
    if (token === '') return `token ${id} is empty`;
    if (seen.has(token)) return `token '${token}' occurs twice`;
    seen.add(token);
  }
  return undefined;
}

function readTokens(value: unknown): readonly string[] {
  if (!isUnknownArray(value)) throw new FormatError(`${FORMAT}: tokens must be a list`);
  const tokens = value.map((token, id) => {
    if (typeof token === 'string') return token;
    throw new FormatError(`${FORMAT}: token ${id} is ${JSON.stringify(token)}, not a string`);
  });
  const fault = listFault(tokens);
  if (fault !== undefined) throw new FormatError(`${FORMAT}: ${fault}`);
  return tokens;
}
