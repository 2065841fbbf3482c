/**
 * Small published models as a hub has them, and what the reference implementation does with them:
 * those of test/fixtures, or all of QKV_DATA/hf where that is present and everything is tested.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FileSource } from 'qkv';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { publishedFiles } from './publishedTokenizers';
import { isFull } from './sample';
import { ROOT } from './sourceScan';
import { DATA } from './vectors';

/** Texts that are generated with some options. */
export interface GenerationCase {
  readonly name: string;
  /** By the names of generation_config.json. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly rows: readonly GeneratedRow[];
}

/** What is generated from one text. */
export interface GeneratedRow {
  readonly text: string;
  /** Ids of each hypothesis; those of encoder-decoders begin with the start token. */
  readonly sequences: readonly (readonly number[])[];
  /** Of a beam search. */
  readonly scores?: readonly number[];
  readonly texts: readonly string[];
}

/** A text whose masks are filled in. */
export interface FillCase {
  readonly text: string;
  readonly pair?: string;
  readonly masks: readonly {
    readonly top: readonly { readonly token: string; readonly probability: number }[];
  }[];
}

/** What the reference does with a model. */
export interface HubExpectations {
  readonly generate?: readonly GenerationCase[];
  readonly fill?: readonly FillCase[];
  readonly classify?: readonly {
    readonly text: string;
    readonly scores: Readonly<Record<string, number>>;
  }[];
  /** Texts, and in the fixtures their vectors, one after the other. */
  readonly embed?: { readonly texts: readonly string[]; readonly vectors?: readonly number[] };
}

/** A published model with its expectations. */
export interface HubModel {
  readonly name: string;
  readonly isEncoderDecoder: boolean;
  readonly expected: HubExpectations;
  source(): FileSource;
  /** The vectors of the texts that are embedded, one after the other. */
  embeddings(): Float32Array;
}

const FIXTURES = join(ROOT, 'test/fixtures/published');
const REFERENCE = join(DATA, 'hf');

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

function embeddingsIn(path: string): Float32Array {
  const tensor = parseSafetensors(readFileSync(path)).tensors.get('embeddings');
  if (tensor === undefined) throw new Error(`${path} has no embeddings`);
  return toFloat32('embeddings', tensor);
}

function fromFixtures(): readonly HubModel[] {
  const expected: Readonly<Record<string, HubExpectations>> = JSON.parse(
    gunzipSync(readFileSync(join(FIXTURES, 'tasks.json.gz'))).toString(),
  );
  return Object.entries(expected).map(([name, tasks]) => {
    const folder = join(FIXTURES, name);
    return {
      name,
      isEncoderDecoder: json(join(folder, 'config.json')).is_encoder_decoder === true,
      expected: tasks,
      source: () => hubFiles(name),
      embeddings: () => Float32Array.from(tasks.embed?.vectors ?? []),
    };
  });
}

/** The files of a model of the fixtures, by their paths in its folder. */
export function hubFiles(name: string): Record<string, Uint8Array> {
  return { ...filesIn(join(FIXTURES, name)), ...Object.fromEntries(publishedFiles(name)) };
}

/** The files of a folder by their paths in it, unzipped. */
function filesIn(folder: string): Record<string, Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ name, parentPath }) => {
      const path = join(parentPath, name);
      const bytes = readFileSync(path);
      const inFolder = path.slice(folder.length + 1);
      return inFolder.endsWith('.gz')
        ? [inFolder.slice(0, -3), gunzipSync(bytes)]
        : [inFolder, bytes];
    }),
  );
}

function fromReference(): readonly HubModel[] {
  const names = readdirSync(REFERENCE).filter((name) => existsSync(join(REFERENCE, name, 'model')));
  return names.map((name) => {
    const folder = join(REFERENCE, name);
    return {
      name,
      isEncoderDecoder: json(join(folder, 'model/config.json')).is_encoder_decoder === true,
      expected: json(join(folder, 'expected.json')),
      source: () => join(folder, 'model'),
      embeddings: () => embeddingsIn(join(folder, 'expected.safetensors')),
    };
  });
}

/** The models. */
const HUB_MODELS: readonly HubModel[] =
  isFull && existsSync(REFERENCE) ? fromReference() : fromFixtures();

/** Those that the reference does something with. */
export function hubModelsFor(task: keyof HubExpectations): readonly HubModel[] {
  return HUB_MODELS.filter(({ expected }) => hasCases(expected[task]));
}

function hasCases(cases: HubExpectations[keyof HubExpectations]): boolean {
  return Array.isArray(cases) ? cases.length > 0 : cases !== undefined;
}
