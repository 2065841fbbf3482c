/**
 * What do the transformer's attention heads attend to? Compares each head of its three attentions
 * with relations between words (position, the grammar's dependencies, its word links), and with the
 * best fixed offset and equal weights as baselines. Choices are made on the development set.
 */
import { type ToyPair, toyPairs } from 'qkv/toy';
import type { MatrixChart } from '../tools/lib/charts';
import {
  type Agreement,
  agreementOf,
  bestOffset,
  offsetAgreement,
  uniformAgreement,
} from './lib/agreement';
import { type Attention, attentionOf } from './lib/attention';
import { type Experiment, type Report, type Run, textTable } from './lib/experiment';
import { ATTENTION_KINDS, type AttentionKind, type Relation } from './lib/relations';
import { obtain } from './lib/trained';

const SENTENCES = { small: 40, full: 500 } as const;

/** Number of heads of each attention in the charts, and the length of their sentence. */
const DRAWN = 2;
const DRAWN_LENGTH = 9;

interface HeadScore {
  readonly head: string;
  readonly dev: Agreement;
  readonly test: Agreement;
}

interface RelationScore {
  readonly relation: string;
  readonly heads: readonly HeadScore[];
  /** The offset in columns from the row, and its accuracy. */
  readonly offset: { readonly columns: number; readonly dev: number; readonly test: number };
  readonly uniform: number;
}

interface KindScore {
  readonly attention: string;
  readonly relations: readonly RelationScore[];
}

interface Splits {
  readonly dev: readonly ToyPair[];
  readonly test: readonly ToyPair[];
}

type Seen = Readonly<Record<keyof Splits, Attention>>;

function scoreRelation(
  kind: AttentionKind,
  relation: Relation,
  splits: Splits,
  seen: Seen,
): RelationScore {
  const columns = bestOffset(kind, relation, splits.dev);
  const fixed = (split: keyof Splits) => offsetAgreement(kind, relation, splits[split], columns);
  const agreement = (head: string, split: keyof Splits) =>
    agreementOf(
      kind,
      relation,
      splits[split],
      seen[split].map((heads) => heads[head]),
    );
  return {
    relation: relation.name,
    heads: Object.keys(seen.dev[0] ?? {}).map((head) => ({
      head,
      dev: agreement(head, 'dev'),
      test: agreement(head, 'test'),
    })),
    offset: { columns, dev: fixed('dev'), test: fixed('test') },
    uniform: uniformAgreement(kind, relation, splits.test),
  };
}

/** Heads sorted by how much better than the best fixed offset they follow a relation. */
function telling({ relations }: KindScore) {
  const all = relations.flatMap(({ relation, heads, offset }) =>
    heads.map(({ head, dev }) => ({ head, relation, gain: dev.strongest - offset.dev })),
  );
  all.sort((a, b) => b.gain - a.gain);
  const first = all.filter(({ head }, i) => all.findIndex((item) => item.head === head) === i);
  return first.slice(0, DRAWN);
}

function draw(
  kind: AttentionKind,
  score: KindScore,
  pairs: readonly ToyPair[],
  seen: Attention,
): readonly MatrixChart[] {
  const at = pairs.findIndex(({ source }) => source.length === DRAWN_LENGTH);
  const pair = pairs[at];
  if (pair === undefined) return [];
  const [rows, columns] = [kind.rows(pair), kind.columns(pair)];
  return telling(score).map(({ head, relation: name }) => {
    const relation = kind.relations.find((item) => item.name === name);
    const marked = rows.flatMap((_, row) =>
      (relation?.columns(pair, row) ?? []).map((column): [number, number] => [row, column]),
    );
    const values = rows.map((_, row) => (seen[at]?.[head]?.[row] ?? []).slice(0, columns.length));
    const title = `${kind.name}, ${head}; framed: ${name}`;
    return { kind: 'matrix', title, rows, columns, values, marked };
  });
}

async function measure(run: Run, kind: AttentionKind, splits: Splits, report: Report) {
  const trained = await obtain(run, 'toy-transformer');
  const attention = (split: keyof Splits) =>
    attentionOf(run.device, trained, splits[split], kind.pattern, report);
  const seen = { dev: await attention('dev'), test: await attention('test') };
  const score: KindScore = {
    attention: kind.name,
    relations: kind.relations.map((relation) => scoreRelation(kind, relation, splits, seen)),
  };
  return { score, drawn: draw(kind, score, splits.test, seen.test) };
}

function chart({ attention, relations }: KindScore): MatrixChart {
  const heads = relations[0]?.heads ?? [];
  return {
    kind: 'matrix',
    title: `${attention}: strongest weight on ... (%)`,
    rows: [...heads.map(({ head }) => head), 'best fixed offset', 'equal weights'],
    columns: relations.map(({ relation }) => relation),
    values: [
      ...heads.map((_, i) => relations.map((item) => item.heads[i]?.test.strongest ?? 0)),
      relations.map(({ offset }) => offset.test),
      relations.map(({ uniform }) => uniform),
    ],
    numbers: true,
  };
}

function report(scores: readonly KindScore[]): string {
  const share = (part: number) => part.toFixed(3);
  const rows = scores.flatMap(({ attention, relations }) =>
    relations.map(({ relation, heads, offset, uniform }) => {
      const [best] = heads.toSorted((a, b) => b.dev.strongest - a.dev.strongest);
      return [
        `${attention}: ${relation}`,
        best?.head ?? '-',
        share(best?.test.strongest ?? 0),
        share(best?.test.weight ?? 0),
        `${share(offset.test)} (${offset.columns > 0 ? '+' : ''}${offset.columns})`,
        share(uniform),
      ];
    }),
  );
  return textTable([
    ['relation', 'best head', 'strongest', 'mean weight', 'fixed offset', 'equal weights'],
    ...rows,
  ]);
}

export const heads: Experiment = {
  name: 'heads',
  question: "What do the transformer's heads look at? Against dependencies, links and places",
  minutes: { small: 0.5, full: 1 },
  async perform(run) {
    const count = SENTENCES[run.size];
    const splits: Splits = {
      dev: toyPairs({ seed: run.seed, split: 'dev', count }),
      test: toyPairs({ seed: run.seed, split: 'test', count }),
    };
    const scores: KindScore[] = [];
    const charts: Record<string, MatrixChart> = {};
    for (const kind of ATTENTION_KINDS) {
      const { score, drawn } = await run.stage(kind.name, (progress) =>
        measure(run, kind, splits, progress),
      );
      scores.push(score);
      charts[kind.name] = chart(score);
      drawn.forEach((drawing, i) => {
        charts[`${kind.name}-${i + 1}`] = drawing;
      });
    }
    return { result: { scores }, charts, report: report(scores) };
  },
};
