/** Sentences by length, and how well their translations are, as the figure measures and records them. */
import { corpusBleu } from 'qkv/evaluation';
import type { Grammar } from '../../../state/truths';
import recorded from './recorded.json' with { type: 'json' };

/** Sentences of `from` to `to` words. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

/** BLEU by length, from an experiment with 2,000 sentences. */
export const RECORDED: {
  readonly command: string;
  readonly sentences: number;
  readonly bands: readonly Band[];
  readonly bleu: Readonly<Record<string, readonly number[]>>;
} = recorded;

/** Lengths that the visitor's GPU measures; the last one is beyond all sentences of the training. */
export const MEASURED: readonly Band[] = [
  { from: 5, to: 6 },
  { from: 9, to: 10 },
  { from: 13, to: 14 },
  { from: 17, to: 20 },
  { from: 21, to: 24 },
];

/** Most words of a sentence and of its translation, so that all models can take both. */
export const MOST_WORDS = 30;

/** The middle of a band, where its point stands. */
export const middleOf = ({ from, to }: Band) => (from + to) / 2;

export const lengthOf = (sentence: string) => sentence.split(' ').length;

/** A sentence with one more clause; undefined where that would be too long, or after a question. */
export function longer(grammar: Grammar, text: string, clause: string): string | undefined {
  const made = grammar.extended(text, clause);
  if (made === undefined) return undefined;
  const french = grammar.truthOf(made)?.french.length ?? 0;
  return Math.max(lengthOf(made), french) <= MOST_WORDS ? made : undefined;
}

/** The first sentences of a length; where the grammar has none, clauses are added to shorter ones. */
export function sentencesOf(
  grammar: Grammar,
  { from, to }: Band,
  count: number,
): readonly string[] {
  const fits = (sentence: string) => lengthOf(sentence) >= from && lengthOf(sentence) <= to;
  const plain = grammar.sentences.filter(fits);
  if (plain.length > 0) return plain.slice(0, count);
  const { clauses } = grammar;
  return grammar.sentences
    .flatMap((sentence, i) => {
      const made = longer(grammar, sentence, clauses[i % clauses.length] ?? '');
      return made !== undefined && fits(made) ? [made] : [];
    })
    .slice(0, count);
}

/** BLEU of answers, 0 to 100. */
export function bleuOf(
  answers: readonly (readonly string[])[],
  truths: readonly (readonly string[])[],
): number {
  return corpusBleu(
    answers,
    truths.map((truth) => [truth]),
  ).score;
}

/** BLEU of one sentence, whose longer n-grams may have no match at all. */
export function sentenceBleu(answer: readonly string[], truth: readonly string[]): number {
  const options = { smoothing: 'exp', effectiveOrder: true } as const;
  return answer.length === 0 ? 0 : corpusBleu([answer], [[truth]], options).score;
}
