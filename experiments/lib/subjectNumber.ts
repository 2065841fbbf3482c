/**
 * Sentences of the grammar, labelled with the number of their subject (Linzen et al. 2016; SubjNum
 * of Conneau et al. 2018). All have a noun of the other number as well, so that neither a word nor
 * all words without their order tell the label: it takes the structure of the sentence and the
 * number of every noun. Both can be learnt from texts alone, since verbs agree with their subjects,
 * and few labels show either. Tense and voice would be read off a word such as 'will' or 'by'.
 */

import { type ToySplit, toyExamples, toySubject } from 'qkv/toy';
import type { LabelledText } from 'qkv/train';

/** The labels. */
export const NUMBERS: readonly string[] = ['singular', 'plural'];

/**
 * Draws labelled sentences of a split, as many of either label, in turns; a longer list starts with
 * a shorter one.
 * @param count an even number
 */
export function subjectNumbers(seed: number, split: ToySplit, count: number): LabelledText[] {
  const found = NUMBERS.map((): LabelledText[] => []);
  for (const { pair, sentence } of toyExamples(seed, split)) {
    if (found.every(({ length }) => 2 * length >= count)) break;
    const subject = toySubject(sentence);
    if (subject === undefined || subject.attractors === 0) continue;
    const { number: label } = subject;
    const own = found[NUMBERS.indexOf(label)] ?? [];
    if (2 * own.length < count) own.push({ text: pair.source.join(' '), label });
  }
  return Array.from({ length: count }, (_, i) => found[i % 2]?.[i >> 1] ?? []).flat();
}
