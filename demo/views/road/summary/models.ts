/** The shipped models as their own files tell: what they weigh, how they were trained, what they do. */
import { modelFolder } from '../../../engine/models';
import { type TrainedRun, trainedRuns } from '../../../state/trained';

/** The numbers that rows can be sorted by. */
export const COLUMNS = [
  'year',
  'parameters',
  'bytes',
  'seconds',
  'bleu',
  'perplexity',
  'found',
] as const;
export type Column = (typeof COLUMNS)[number];

/** A model of the table. */
export interface Row extends Readonly<Partial<Record<Column, number>>> {
  readonly name: string;
  readonly kind: string;
  readonly adapter: string;
  /** Whether it was trained in this browser. */
  readonly isOwn: boolean;
}

interface Shipped {
  readonly name: string;
  readonly year: number;
  readonly authors: string;
  readonly url: string;
}

/** The shipped models in historical order, with the papers that they follow. */
export const SHIPPED: readonly Shipped[] = [
  shipped('toy-seq2seq', 2014, 'Sutskever et al.', 'https://arxiv.org/abs/1409.3215'),
  shipped('toy-bahdanau', 2015, 'Bahdanau et al.', 'https://arxiv.org/abs/1409.0473'),
  shipped('toy-transformer', 2017, 'Vaswani et al.', 'https://arxiv.org/abs/1706.03762'),
  shipped(
    'toy-gpt',
    2018,
    'Radford et al.',
    'https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf',
  ),
  shipped('toy-bert', 2019, 'Devlin et al.', 'https://arxiv.org/abs/1810.04805'),
  shipped('toy-bart', 2020, 'Lewis et al.', 'https://arxiv.org/abs/1910.13461'),
];

function shipped(name: string, year: number, authors: string, url: string): Shipped {
  return { name, year, authors, url };
}

/** The parts of training.json that are shown. */
interface TrainingRecord {
  readonly adapter: string;
  readonly parameters: number;
  readonly figures: {
    readonly seconds: number;
    readonly bleu?: number;
    readonly perplexity?: number;
    /** The part of hidden words that it finds. */
    readonly maskedAccuracy?: number;
    /** The part of words at their place in restored sentences. */
    readonly restored?: number;
  };
}

async function jsonOf<T>(url: URL): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  return (await response.json()) as T;
}

/** Bytes of a file, of which only two are asked for; a server that has no parts sends all of it. */
async function sizeOf(url: URL): Promise<number> {
  const response = await fetch(url, { headers: { Range: 'bytes=0-1' } });
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  const { byteLength } = await response.arrayBuffer();
  const told = /\/(\d+)$/u.exec(response.headers.get('content-range') ?? '')?.[1];
  return told === undefined ? byteLength : Number(told);
}

async function readShipped({ name, year }: Shipped): Promise<Row> {
  const folder = new URL(modelFolder(name));
  const [model, record, bytes] = await Promise.all([
    jsonOf<{ readonly kind: string }>(new URL('model.json', folder)),
    jsonOf<TrainingRecord>(new URL('training.json', folder)),
    sizeOf(new URL('model.safetensors', folder)),
  ]);
  const { seconds, bleu, perplexity, maskedAccuracy, restored } = record.figures;
  const part = maskedAccuracy ?? restored;
  const { adapter, parameters } = record;
  return {
    ...{ name, year, kind: model.kind, isOwn: false, adapter, parameters, bytes, seconds },
    ...(bleu !== undefined && { bleu }),
    ...(perplexity !== undefined && { perplexity }),
    ...(part !== undefined && { found: 100 * part }),
  };
}

const rowOf = (run: TrainedRun): Row => ({ ...run, isOwn: true });

/** All models: the shipped ones, and those that were trained in this browser. */
export async function readRows(): Promise<readonly Row[]> {
  const rows = await Promise.all(SHIPPED.map(readShipped));
  return [...rows, ...trainedRuns().map(rowOf)];
}

/** Rows by a number; those without it come last, and equal ones keep their order. */
export function sortRows(rows: readonly Row[], column: Column, isFalling: boolean): readonly Row[] {
  return [...rows].sort((a, b) => {
    const [x, y] = [a[column], b[column]];
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined);
    return isFalling ? y - x : x - y;
  });
}
