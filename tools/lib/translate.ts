/** Translates held-out sentences in batches and scores them. */

import {
  bootstrapInterval,
  exactMatch,
  exactMatchCounts,
  type Interval,
  sacreBleu,
  sacreChrF2,
  tokenAccuracy,
} from 'qkv/evaluation';
import type { Decoder, Hypothesis } from 'qkv/generate';
import type { HostTensor } from 'qkv/graph';
import type { TranslationModel } from 'qkv/models';
import {
  type Batch,
  type Codec,
  encodePairs,
  makeBatch,
  type ReferenceGroup,
  type TextConvention,
  textRules,
} from 'qkv/text';
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

/**
 * Options of sacreBLEU: a model's tokens are scored without further tokenisation, raw text with that
 * of the reference implementation.
 */
const bleuOptions = ({ tokenised }: TextConvention) =>
  ({ tokenisation: tokenised ? 'none' : '13a', smoothing: 'none' }) as const;

/**
 * Scores hypotheses against the groups' references.
 * @param text the target's convention
 * @param lowercase whether capital letters do not count
 */
export function scoreAll(
  written: readonly Sentence[],
  groups: readonly ReferenceGroup[],
  text: TextConvention,
  lowercase = false,
): FullScores {
  const cased = (sentence: Sentence) =>
    lowercase ? sentence.map((token) => token.toLowerCase()) : sentence;
  const hypotheses = written.map(cased);
  const references = groups.map((group) => group.references.map(cased));
  const join = (sentence: Sentence) => sentence.join(' ');
  const texts = [hypotheses.map(join), references.map((list) => list.map(join))] as const;
  const bleu = sacreBleu(...texts, { ...bleuOptions(text), lowercase, bootstrap: {} });
  const chrF2 = sacreChrF2(...texts, { lowercase, bootstrap: {} });
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

/**
 * Translates the source of every group, sorted by length to reduce padding.
 * @param decoder records attention where unknown words are copied
 */
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
      const [best] = sentences[row] ?? [];
      hypotheses[i] = best === undefined ? [] : wordsOf(best, groups[i]?.source ?? [], target);
    });
    options.onProgress?.(at + chosen.length);
  }
  return hypotheses;
}

/**
 * The words of a hypothesis. With attention, unknown ones are copied from the source, as by a
 * translator.
 */
function wordsOf({ ids, attention }: Hypothesis, source: Sentence, target: Codec): Sentence {
  if (attention === undefined) {
    return target.decode(ids, { keepUnknown: true }).filter((word) => word !== '');
  }
  return ids.flatMap((id, i) => {
    const weights = attention[i]?.slice(0, source.length) ?? [];
    const copied = id === target.unk ? source[weights.indexOf(Math.max(...weights))] : undefined;
    return copied ?? target.decode([id], { keepUnknown: true });
  });
}

/** Translates and scores. @returns also the first sentence and its translation, as a sample */
export async function translateGroups(
  decoder: Decoder,
  groups: readonly ReferenceGroup[],
  { source, target, text }: Corpus,
  batchSize: number,
): Promise<Scores & { readonly sample: string }> {
  const hypotheses = await translateAll(decoder, groups, source, target, { batchSize });
  const references = groups.map((group) => group.references);
  const join = (sentence: Sentence) => sentence.join(' ');
  const joined = [hypotheses.map(join), references.map((list) => list.map(join))] as const;
  const from = textRules(text.source).join(groups[0]?.source ?? []);
  const to = textRules(text.target).join(hypotheses[0] ?? []);
  return {
    bleu: sacreBleu(...joined, bleuOptions(text.target)).score,
    exactMatch: exactMatch(hypotheses, references),
    sample: `${from} → ${to}`,
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
