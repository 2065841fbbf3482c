/**
 * Damaged and hostile folders of published models: each is a good one of test/fixtures with one small
 * change, and the error with which its load must be refused.
 */
import type { QkvError } from 'qkv';
import { defined } from '../../../tools/lib/defined';
import { hubFiles } from '../hubModels';

/** What a folder is loaded for. */
export type Task = 'translate' | 'write' | 'fill' | 'classify' | 'embed';

/** The files of a folder, by their paths in it. */
export type FolderFiles = Record<string, Uint8Array>;

/** Changes a folder in place. @param elsewhere the address of another folder of the same server */
export type Change = (files: FolderFiles, elsewhere: string) => void;

export interface HostileFolder {
  readonly title: string;
  /** Name of the good model. */
  readonly base: string;
  readonly task: Task;
  readonly change: Change;
  readonly error: abstract new (...args: never[]) => QkvError;
  /** What the message must have: the file or field, and the value that was found. */
  readonly says: readonly string[];
}

type Case = readonly [
  title: string,
  change: Change,
  error: HostileFolder['error'],
  ...says: string[],
];

/** What the good models are for. */
const TASKS: Readonly<Record<string, Task>> = {
  bart: 'translate',
  bert: 'fill',
  'bert-classify': 'classify',
  'distilbert-classify': 'classify',
  gemma: 'write',
  gpt2: 'write',
  llama3: 'write',
  'marian-en-de': 'translate',
  mbart50: 'translate',
  nllb: 'translate',
  qwen2: 'write',
  roberta: 'fill',
  'sentence-mean': 'embed',
  t5: 'translate',
  't5-v1_1': 'translate',
};

/** Folders that are made of one good model. */
export function changedFrom(base: string, cases: readonly Case[]): readonly HostileFolder[] {
  const task = defined(TASKS[base], base);
  return cases.map(([title, change, error, ...says]) => ({
    title: `${base}: ${title}`,
    base,
    task,
    change,
    error,
    says,
  }));
}

/** The files of the folder. */
export function hostileFiles({ base, change }: HostileFolder, elsewhere = ''): FolderFiles {
  const files = hubFiles(base);
  change(files, elsewhere);
  return files;
}

/** A file of the folder, which must be there. */
export function fileIn(files: FolderFiles, name: string): Uint8Array {
  return defined(files[name], name);
}

const encoder = new TextEncoder();

/** Replaces the text of a file. */
export const written =
  (name: string, text: string): Change =>
  (files) => {
    files[name] = encoder.encode(text);
  };

/** Changes the text of a file. */
export const rewritten =
  (name: string, change: (text: string) => string): Change =>
  (files) => {
    const text = new TextDecoder().decode(fileIn(files, name));
    files[name] = encoder.encode(change(text));
  };

/** Removes files. */
export const without =
  (...names: readonly string[]): Change =>
  (files) => {
    for (const name of names) delete files[name];
  };

/** Cuts the end of a file off. */
export const cutShort =
  (name: string, kept: number): Change =>
  (files) => {
    const bytes = fileIn(files, name);
    files[name] = bytes.slice(0, kept < 1 ? Math.floor(bytes.length * kept) : kept);
  };

/** Parsed JSON, whose fields the case that damages it knows. */
type Json = ReturnType<typeof JSON.parse>;

/** Changes the parsed JSON of a file in place. */
export const edited = (name: string, edit: (json: Json) => void): Change =>
  rewritten(name, (text) => {
    const json = JSON.parse(text);
    edit(json);
    return JSON.stringify(json);
  });

/** Sets fields of a JSON file; undefined removes one. */
const setting = (name: string) => (fields: object) =>
  edited(name, (json) => {
    Object.assign(json, fields);
  });

/** Sets fields of config.json. */
export const config = setting('config.json');
/** Sets fields of generation_config.json. */
export const generation = setting('generation_config.json');

/** A page, as servers answer for what is missing. */
export const PAGE = '<!doctype html><html><head><title>Log in</title></head><body></body></html>';
