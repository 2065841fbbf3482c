/** Parts of the figure of one-hot vectors: a pair of words term by term, and two bags side by side. */
import { ScrollRegion } from '../../../widgets/scrollRegion';
import type { WORDS } from './words';

interface Named {
  readonly word: string;
  readonly vector: readonly number[];
}

export interface PairProps {
  readonly a: Named;
  readonly b: Named;
  /** Products of their numbers, place by place. */
  readonly terms: readonly number[];
  /** What the terms are called. */
  readonly name: string;
}

/** Two vectors and the terms of their product. */
export function Pair({ a, b, terms, name }: PairProps) {
  const row = (title: string, values: readonly number[], sign: string) => (
    <tr>
      <td class="sign">{sign}</td>
      <th scope="row">{title}</th>
      {values.map((value, i) => (
        <td key={i} class={value === 1 ? 'one' : ''}>
          {value}
        </td>
      ))}
    </tr>
  );
  return (
    <ScrollRegion label={`${a.word} · ${b.word}`}>
      <table class="pair">
        <tbody>
          {row(a.word, a.vector, '')}
          {row(b.word, b.vector, '×')}
        </tbody>
        <tfoot>{row(name, terms, '=')}</tfoot>
      </table>
    </ScrollRegion>
  );
}

export interface BagTableProps {
  readonly own: (typeof WORDS)['en'];
  readonly words: readonly string[];
  readonly bags: readonly [typed: readonly number[], shuffled: readonly number[]];
}

/** How often each word occurs, in both orders. */
export function BagTable({ own, words, bags: [typed, shuffled] }: BagTableProps) {
  const rows = [
    { name: own.rowsTyped, values: typed },
    { name: own.rowsShuffled, values: shuffled },
    { name: own.difference, values: typed.map((count, i) => count - (shuffled[i] ?? 0)) },
  ];
  return (
    <ScrollRegion label={own.bagLabel}>
      <table class="bags">
        <caption class="for-readers">{own.bagLabel}</caption>
        <thead>
          <tr>
            <th scope="col">{own.word}</th>
            {words.map((word) => (
              <th key={word} scope="col" lang="en">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }, r) => (
            <tr key={r} data-bag={r}>
              <th scope="row">{name}</th>
              {values.map((value, i) => (
                <td key={i} class={value > 0 ? 'counted' : ''}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
