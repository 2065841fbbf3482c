/** Parts of the figure of encodings: the words with their rows and vectors, and what these take. */
import { words as pageWords } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { VectorStrip } from '../../../widgets/vectorStrip';
import type { Cost } from './encode';
import type { WORDS } from './words';

type Own = (typeof WORDS)['en'];

/** A mark is at least this part of a row wide, so that it is seen in the widest row. */
const LEAST_MARK = 0.008;

interface RowProps {
  /** Numbers of the row. */
  readonly width: number;
  /** The numbers that are not zero, by place. */
  readonly counts: ReadonlyMap<number, number>;
  readonly most: number;
  readonly label: string;
  readonly isBag?: boolean;
}

/** A wide row of numbers of which few are not zero: these as marks at their places. */
function SparseRow({ width, counts, most, label, isBag = false }: RowProps) {
  const mark = Math.max(1 / width, LEAST_MARK);
  return (
    <svg
      class={isBag ? 'sparse-row bag' : 'sparse-row'}
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {[...counts].map(([place, count]) => (
        <rect
          key={place}
          x={Math.min(place / width, 1 - mark)}
          y={1 - count / most}
          width={mark}
          height={count / most}
          data-place={place}
          data-count={count}
        />
      ))}
    </svg>
  );
}

export interface EncodedProps {
  readonly own: Own;
  readonly words: readonly string[];
  readonly ids: readonly number[];
  readonly counts: readonly number[];
  /** Undefined for a word that the translator does not know. */
  readonly vectors: readonly (readonly number[] | undefined)[];
  readonly vectorSize: number;
}

/** The words, each with its one-hot row and its vector, and the bag below. */
export function Encoded({ own, words, ids, counts, vectors, vectorSize }: EncodedProps) {
  const plain = (value: number) => pageWords.value.number(value);
  const width = counts.length;
  const most = Math.max(1e-9, ...vectors.flatMap((vector) => (vector ?? []).map(Math.abs)));
  const bag = new Map(counts.flatMap((count, place) => (count > 0 ? [[place, count]] : [])));
  const bagText = [...bag].map(([place, count]) => `${plain(place)}: ${plain(count)}`).join('; ');
  return (
    <ScrollRegion label={own.title}>
      <table class="encoded">
        <thead>
          <tr>
            <th scope="col">{own.heads.word}</th>
            <th scope="col">{own.heads.place}</th>
            <th scope="col">{own.heads.oneHot(plain(width))}</th>
            <th scope="col">{own.heads.vector(plain(vectorSize))}</th>
          </tr>
        </thead>
        <tbody>
          {words.map((word, i) => {
            const id = ids[i] ?? 0;
            const vector = vectors[i];
            return (
              <tr key={i} class={id === 0 ? 'unknown-word' : ''}>
                <th scope="row" lang="en">
                  {word}
                </th>
                <td class="place" data-id={id}>
                  {id === 0 ? own.unknown : plain(id)}
                </td>
                <td class="row">
                  <SparseRow
                    width={width}
                    counts={new Map([[id, 1]])}
                    most={1}
                    label={own.oneHotOf(word, plain(id), plain(width))}
                  />
                </td>
                <td class="vector">
                  {vector === undefined ? (
                    <span class="hint">{own.noVector}</span>
                  ) : (
                    <VectorStrip
                      values={vector}
                      most={most}
                      of="activation"
                      label={own.vectorOf(word)}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr data-part="bag">
            <th scope="row" colSpan={2}>
              {own.bag}
            </th>
            <td>
              <SparseRow
                width={width}
                counts={bag}
                most={Math.max(1, ...counts)}
                label={own.bagOf(bagText)}
                isBag
              />
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  );
}

export interface CostsProps {
  readonly own: Own;
  readonly costs: { readonly rows: Cost; readonly bag: Cost; readonly vectors: Cost };
}

/** What each encoding takes. */
export function Costs({ own, costs }: CostsProps) {
  const plain = (value: number) => pageWords.value.number(value);
  return (
    <ScrollRegion label={own.costs.label}>
      <table class="costs">
        <caption class="for-readers">{own.costs.label}</caption>
        <thead>
          <tr>
            <th scope="col">{own.costs.encoding}</th>
            <th scope="col">{own.costs.width}</th>
            <th scope="col">{own.costs.numbers}</th>
            <th scope="col">{own.costs.zeros}</th>
            <th scope="col">{own.costs.bytes}</th>
          </tr>
        </thead>
        <tbody>
          {(['rows', 'bag', 'vectors'] as const).map((name) => {
            const { width, numbers, zeros, bytes } = costs[name];
            const part = pageWords.value.number((100 * zeros) / Math.max(1, numbers), 1);
            return (
              <tr key={name} data-cost={name}>
                <th scope="row">{own.costs[name]}</th>
                <td data-number={width}>{plain(width)}</td>
                <td data-number={numbers}>{plain(numbers)}</td>
                <td data-number={zeros}>{own.percent(plain(zeros), part)}</td>
                <td data-number={bytes}>{plain(bytes)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
