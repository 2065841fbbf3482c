/** All networks of the page in one table, with what each step of the road brought. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import Formula from './formula.tex';
import { COLUMNS, type Column, type Row, readRows, SHIPPED, sortRows } from './models';
import './summary.css';
import { WORDS } from './words';

/** Columns of which more is put first when they are chosen. */
const FALLING: readonly Column[] = ['bleu', 'found'];

export default function Summary({ sentence }: FigureProps) {
  const own = WORDS[language.value];
  const rows = useSignal<readonly Row[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const { query } = route.peek();
  const column = useSignal<Column>(COLUMNS.find((one) => one === query.get('sort')) ?? 'year');
  const isFalling = useSignal(query.get('order') === 'falling');
  useEffect(() => {
    readRows().then(
      (found) => {
        rows.value = found;
      },
      (error: unknown) => {
        failure.value = error instanceof Error ? error.message : String(error);
      },
    );
  }, []);
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      sort: column.value,
      order: isFalling.value ? 'falling' : 'rising',
    });
  });
  const choose = (next: Column) => {
    isFalling.value = next === column.value ? !isFalling.value : FALLING.includes(next);
    column.value = next;
  };
  const sorted = sortRows(rows.value ?? [], column.value, isFalling.value);
  const most = Math.max(1e-9, ...sorted.map((row) => row[column.value] ?? 0));
  return (
    <FigureFrame
      number={24}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://aclanthology.org/P02-1040/' }}
      notice={own.notice}
      numbers={
        rows.value && {
          sort: column.value,
          order: isFalling.value ? 'falling' : 'rising',
          rows: sorted,
        }
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {rows.value === undefined && failure.value === undefined && (
        <p class="hint">{words.value.loading} …</p>
      )}
      {rows.value !== undefined && (
        <>
          <ScrollRegion label={own.table}>
            <table class="road-table">
              <caption class="for-readers">{own.table}</caption>
              <thead>
                <tr>
                  <th scope="col">{own.heads.name}</th>
                  {COLUMNS.map((one) => (
                    <SortHead
                      key={one}
                      name={one}
                      order={
                        one !== column.value
                          ? undefined
                          : isFalling.value
                            ? 'descending'
                            : 'ascending'
                      }
                      onChoose={() => choose(one)}
                    />
                  ))}
                  <th scope="col" class="adapter">
                    {own.heads.adapter}
                  </th>
                </tr>
              </thead>
              <tbody>
                {sorted.map((row) => (
                  <TableRow key={`${row.isOwn} ${row.name}`} {...{ row, most }} by={column.value} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          <p class="hint">
            {own.foundHint} {rows.value.every((row) => !row.isOwn) && own.none}
          </p>
          <h2 class="summary-heading">{own.steps}</h2>
          <Steps rows={rows.value} />
        </>
      )}
    </FigureFrame>
  );
}

interface SortHeadProps {
  readonly name: Column;
  readonly order: 'ascending' | 'descending' | undefined;
  onChoose(): void;
}

function SortHead({ name, order, onChoose }: SortHeadProps) {
  const own = WORDS[language.value];
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" title={own.sortBy(own.heads[name])} data-sort={name} onClick={onChoose}>
        {own.heads[name]}
        {order !== undefined && (
          <span aria-hidden="true">{order === 'ascending' ? ' ↑' : ' ↓'}</span>
        )}
      </button>
    </th>
  );
}

interface TableRowProps {
  readonly row: Row;
  /** The column that rows are sorted by, and its largest number. */
  readonly by: Column;
  readonly most: number;
}

function TableRow({ row, by, most }: TableRowProps) {
  const own = WORDS[language.value];
  const paper = row.isOwn ? undefined : SHIPPED.find(({ name }) => name === row.name);
  return (
    <tr data-row={row.name}>
      <th scope="row">
        {own.names[row.name] ?? row.name}
        <small>{paper ? <a href={paper.url}>{paper.authors}</a> : own.own}</small>
      </th>
      {COLUMNS.map((column) => {
        const value = row[column];
        return (
          <td key={column} data-column={column} data-value={value}>
            {value === undefined ? '–' : formatted(column, value)}
            {column === by && column !== 'year' && value !== undefined && (
              <meter min={0} max={1} value={value / most} aria-hidden="true" />
            )}
          </td>
        );
      })}
      <td class="adapter">{row.adapter}</td>
    </tr>
  );
}

function formatted(column: Column, value: number): string {
  const own = WORDS[language.value];
  const { number } = words.value;
  switch (column) {
    case 'year':
      return String(value);
    case 'parameters':
      return number(value);
    case 'bytes':
      return value < 1e6
        ? own.kilobytes(number(value / 1e3))
        : own.megabytes(number(value / 1e6, 2));
    case 'seconds':
      if (value < 120) return own.seconds(number(value));
      return value < 7200 ? own.minutes(number(value / 60)) : own.hours(number(value / 3600, 1));
    case 'found':
      return `${number(value, 1)} %`;
    case 'bleu':
    case 'perplexity':
      return number(value, 1);
    default:
      return column satisfies never;
  }
}

function Steps({ rows }: { readonly rows: readonly Row[] }) {
  const own = WORDS[language.value];
  const bleuOf = (name: string | undefined) => rows.find((row) => row.name === name)?.bleu;
  return (
    <ol class="road-steps">
      {SHIPPED.map(({ name, year }, i) => {
        const [before, after] = [bleuOf(SHIPPED[i - 1]?.name), bleuOf(name)];
        return (
          <li key={name} data-step={name}>
            <strong>{own.names[name]}</strong> <span class="year">{year}</span>
            <p>
              {own.brought[name]}{' '}
              {before !== undefined && after !== undefined && (
                <span class="gain">
                  {own.gain(words.value.number(before, 1), words.value.number(after, 1))}
                </span>
              )}
            </p>
          </li>
        );
      })}
    </ol>
  );
}
