/** Tokenizers of small published models, and what the reference makes of some texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  CHAT_TEMPLATE_FILES,
  type ChatMessage,
  type ChatTemplate,
  m2m100Tokenizer,
  marianTokenizer,
  marianTokenizerWith,
  mosesPunctuation,
  readChatTemplate,
  type Tokenizer,
  type TokenizerFormat,
  tokenizerJson,
} from 'qkv/text';

const folder = join(import.meta.dirname, '../fixtures/tokenizers');

/** What a text, two texts or a target are encoded as, and what the ids are decoded to. */
export interface TokenizerCase {
  readonly text?: string;
  readonly pair?: string;
  readonly target?: string;
  readonly ids: readonly number[];
  readonly token_type_ids?: readonly number[] | null;
  readonly tokens?: readonly string[];
  readonly decoded?: string;
  readonly decoded_without_special?: string;
}

export interface ChatCase {
  readonly messages: readonly ChatMessage[];
  readonly add_generation_prompt: boolean;
  readonly text: string;
  readonly ids: readonly number[];
}

/** A file as text, as bytes (those of the common charsmap left out), or as that of another folder. */
type StoredFile =
  | string
  | { readonly as: readonly [folder: string, file: string] }
  | { readonly base64: string; readonly charsmapAt?: number };

interface Stored {
  readonly files: Readonly<Record<string, StoredFile>>;
  readonly tokenizer: readonly TokenizerCase[];
  readonly chat?: readonly ChatCase[];
  readonly punctuation?: readonly { readonly text: string; readonly normalized: string }[];
}

const stored = new Map<string, Stored>();
const charsmap = gunzipSync(readFileSync(join(folder, 'charsmap.bin.gz')));

/** Names of the models. */
export const PUBLISHED: readonly string[] = readdirSync(folder).flatMap(
  (file) => /^(.*)\.json\.gz$/u.exec(file)?.[1] ?? [],
);

/** The cases of a model. */
export function publishedCases(name: string): Stored {
  const known = stored.get(name);
  if (known !== undefined) return known;
  const read: Stored = JSON.parse(
    gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString(),
  );
  stored.set(name, read);
  return read;
}

/** The files of a model's tokenizer by their names. */
export function publishedFiles(name: string): Map<string, Uint8Array> {
  const names = Object.keys(publishedCases(name).files);
  return new Map(names.map((file) => [file, fileOf(name, file)]));
}

function fileOf(name: string, file: string): Uint8Array {
  const given = publishedCases(name).files[file]!;
  if (typeof given === 'string') {
    return new Uint8Array(Buffer.from(given.replace('@charsmap', charsmap.toString('base64'))));
  }
  if ('as' in given) return fileOf(...given.as);
  const bytes = Buffer.from(given.base64, 'base64');
  const { charsmapAt: at } = given;
  if (at === undefined) return new Uint8Array(bytes);
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), charsmap, bytes.subarray(at)]));
}

/** The format of a model's tokenizer. */
export function publishedFormat(name: string): TokenizerFormat {
  if (name.startsWith('marian')) return marianTokenizer;
  return name === 'm2m100' ? m2m100Tokenizer : tokenizerJson;
}

/** The tokenizer of a model. */
export function publishedTokenizer(name: string): Tokenizer {
  return publishedFormat(name).read(publishedFiles(name));
}

/** The tokenizer of a Marian model, with normalising. */
export function normalisingTokenizer(name: string): Tokenizer {
  return marianTokenizerWith({ normalise: mosesPunctuation }).read(publishedFiles(name));
}

/** The chat template of a model that has one. */
export function publishedTemplate(name: string): ChatTemplate {
  const files = [...publishedFiles(name)].filter(([file]) => CHAT_TEMPLATE_FILES.includes(file));
  return readChatTemplate(new Map(files))!;
}
