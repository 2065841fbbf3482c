/** Translates held-out sentences in batches and scores them. */

import {
  bootstrapInterval,
  corpusBleu,
  exactMatch,
  exactMatchCounts,
  type Interval,
  sacreBleu,
  sacreChrF2,
  tokenAccuracy,
} from 'qkv/evaluation';
import type { Decoder } from 'qkv/generate';
import type { HostTensor } from 'qkv/graph';
import type { TranslationModel } from 'qkv/models';
import { type Batch, type Codec, encodePairs, makeBatch, type ReferenceGroup } from 'qkv/text';
import type { Corpus } from './corpora';

export interface Scores {
  /** Corpus BLEU-4 on tokens, 0 to 100. */
  readonly bleu: number;
  /** Fraction of sentences that are equal to a reference, 0 to 1. */
  readonly exactMatch: number;
}

/** Scores with their intervals and signatures. */
export interface FullScores extends Scores {
  /** chrF2 of tokens joined by spaces, 0 to 100. */
  readonly chrF2: number;
  readonly tokenAccuracy: number;
  /** 95% confidence intervals by bootstrap resampling. */
  readonly intervals: Readonly<Record<'bleu' | 'chrF2' | 'exactMatch', Interval | undefined>>;
  /** Signatures in sacreBLEU's format. */
  readonly signatures: Readonly<Record<'bleu' | 'chrF2', string>>;
}

type Sentence = readonly string[];

/** Scores hypotheses against the groups' references. */
export function scoreAll(
  hypotheses: readonly Sentence[],
  groups: readonly ReferenceGroup[],
): FullScores {
  const references = groups.map((group) => group.references);
  const join = (sentence: Sentence) => sentence.join(' ');
  const texts = [hypotheses.map(join), references.map((list) => list.map(join))] as const;
  // The model's tokens are scored without further tokenisation.
  const options = { tokenisation: 'none', smoothing: 'none', bootstrap: {} } as const;
  const bleu = sacreBleu(...texts, options);
  const chrF2 = sacreChrF2(...texts, { bootstrap: {} });
  return {
    bleu: bleu.score,
    chrF2: chrF2.score,
    exactMatch: exactMatch(hypotheses, references),
    tokenAccuracy: tokenAccuracy(
      hypotheses,
      references.map(([first = []]) => first),
    ),
    intervals: {
      bleu: bleu.interval,
      chrF2: chrF2.interval,
      exactMatch: bootstrapInterval(exactMatchCounts(hypotheses, references)),
    },
    signatures: { bleu: bleu.signature, chrF2: chrF2.signature },
  };
}

/** Translates the source of every group, sorted by length to reduce padding. */
export async function translateAll(
  decoder: Decoder,
  groups: readonly ReferenceGroup[],
  source: Codec,
  target: Codec,
  options: { readonly batchSize: number; readonly onProgress?: (done: number) => void },
): Promise<readonly Sentence[]> {
  const order = groups.map((_, i) => i);
  order.sort((a, b) => (groups[a]?.source.length ?? 0) - (groups[b]?.source.length ?? 0));
  const hypotheses: Sentence[] = groups.map(() => []);
  for (let at = 0; at < order.length; at += options.batchSize) {
    const chosen = order.slice(at, at + options.batchSize);
    const rows = chosen.map((i) => [
      ...source.encode(groups[i]?.source ?? [], { unknown: 'unk' }),
      source.eos,
    ]);
    const sentences = await decoder.decode(...padded(rows, source.pad));
    chosen.forEach((i, row) => {
      hypotheses[i] = target.decode(sentences[row]?.[0]?.ids ?? [], { keepUnknown: true });
    });
    options.onProgress?.(at + chosen.length);
  }
  return hypotheses;
}

/** Translates and scores. */
export async function translateGroups(
  decoder: Decoder,
  groups: readonly ReferenceGroup[],
  source: Codec,
  target: Codec,
  batchSize: number,
): Promise<Scores> {
  const hypotheses = await translateAll(decoder, groups, source, target, { batchSize });
  const references = groups.map((group) => group.references);
  return {
    bleu: corpusBleu(hypotheses, references).score,
    exactMatch: exactMatch(hypotheses, references),
  };
}

function padded(rows: readonly (readonly number[])[], pad: number): [HostTensor, HostTensor] {
  const longest = Math.max(...rows.map((row) => row.length));
  const ids = new Int32Array(rows.length * longest).fill(pad);
  rows.forEach((row, b) => {
    ids.set(row, b * longest);
  });
  return [
    { shape: [rows.length, longest], data: ids },
    { shape: [rows.length], data: Int32Array.from(rows, (row) => row.length) },
  ];
}

/** Teacher-forcing batches of held-out sentences with their first reference. */
export function* evaluationBatches(
  groups: readonly ReferenceGroup[],
  { source, target }: Corpus,
  batchSize: number,
  model: TranslationModel,
): Iterable<Batch> {
  const pairs = groups.map((group) => ({
    source: group.source,
    target: group.references[0] ?? [],
  }));
  const encoded = encodePairs(pairs, source, target, { unknown: 'unk' });
  encoded.sort((a, b) => a.source.length - b.source.length);
  for (let at = 0; at < encoded.length; at += batchSize) {
    yield makeBatch(encoded.slice(at, at + batchSize), {
      sourceIds: source,
      targetIds: target,
      maxSourceLength: model.maxLength,
      maxTargetLength: model.maxLength,
    });
  }
}
