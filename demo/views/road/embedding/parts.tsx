/** Parts of the figure of embeddings: the lookup, and the neighbours in the course of training. */
import type { ComponentChildren } from 'preact';
import { words as pageWords } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { VectorStrip } from '../../../widgets/vectorStrip';
import type { Near } from '../wordVectors/vectors';
import type { WORDS } from './words';

type Own = (typeof WORDS)['en'];

export interface LookupProps {
  readonly own: Own;
  readonly rows: readonly { readonly word: string; readonly values: readonly number[] }[];
  /** The word that is looked up. */
  readonly word: string;
  readonly product: readonly number[];
  /** What is said of the rows that are not shown. */
  readonly children: ComponentChildren;
}

/** The one-hot vector beside the rows of the table, and their product. */
export function Lookup({ own, rows, word, product, children }: LookupProps) {
  const most = Math.max(1e-9, ...rows.flatMap(({ values }) => values.map(Math.abs)));
  const numbers = (values: readonly number[]) =>
    values.map((value) => pageWords.value.number(value, 2)).join('; ');
  return (
    <ScrollRegion label={own.lookup}>
      <table class="lookup">
        <thead>
          <tr>
            <th scope="col">{own.heads.word}</th>
            <th scope="col">{own.heads.oneHot}</th>
            <th scope="col">{own.heads.row}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.word} class={row.word === word ? 'looked-up' : ''}>
              <th scope="row" lang="en">
                {row.word}
              </th>
              <td class="factor" data-one={row.word === word}>
                {row.word === word ? 1 : 0}
              </td>
              <td>
                <VectorStrip
                  values={row.values}
                  most={most}
                  of="activation"
                  label={`${row.word}: ${numbers(row.values)}`}
                />
              </td>
            </tr>
          ))}
          <tr>
            <td class="hint" colSpan={3}>
              {children}
            </td>
          </tr>
        </tbody>
        <tfoot>
          <tr class="looked-up">
            <th scope="row" colSpan={2}>
              {own.product}
            </th>
            <td data-product={product.join(' ')}>
              <VectorStrip
                values={product}
                most={most}
                of="activation"
                label={`${own.product}: ${numbers(product)}`}
              />
            </td>
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  );
}

export interface HistoryProps {
  readonly own: Own;
  readonly label: string;
  readonly looks: readonly {
    readonly step: number;
    readonly loss: number | undefined;
    readonly near: readonly Near[];
  }[];
}

/** The neighbours at one step after another, the last first. */
export function History({ own, label, looks }: HistoryProps) {
  const number = pageWords.value.number;
  return (
    <ScrollRegion label={label}>
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">{own.step}</th>
            <th scope="col">{own.loss}</th>
            <th scope="col">{own.nearest}</th>
          </tr>
        </thead>
        <tbody>
          {looks.toReversed().map(({ step, loss, near }) => (
            <tr key={step} data-look={step}>
              <th scope="row">{number(step)}</th>
              <td>{loss === undefined ? '–' : number(loss, 2)}</td>
              <td lang="en">
                {near.map(({ word, cosine }) => (
                  <span key={word} class="neighbour" data-near={word} data-cosine={cosine}>
                    {word} <small>{number(cosine, 2)}</small>
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
