/** One head at work on the visitor's sentence: its arrows, what they mean, and their numbers. */
import { words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { Arrows } from './arrows';
import { type Asked, nameOf } from './scores';
import type { HeadView } from './view';
import type { HeadWords } from './words';

const HEADS = 4;

export interface HeadPictureProps {
  readonly own: HeadWords;
  readonly view: HeadView;
  readonly asked: Asked;
  readonly head: number;
  readonly isBest: boolean;
}

export function HeadPicture({ own, view, asked, head, isBest }: HeadPictureProps) {
  const place = own.place(Math.floor(head / HEADS) + 1, (head % HEADS) + 1);
  const label = own.drawn(
    place,
    own.relations[nameOf(asked)] ?? '',
    own.attention[asked.kind.name] ?? '',
  );
  const key = view.isTold
    ? (['right', 'wrong', 'missed', 'none'] as const)
    : (['unknown'] as const);
  return (
    <>
      <p>
        <strong class="head-name">{label}</strong>
        {isBest && <span class="hint"> {`(${own.isBest})`}</span>}
      </p>
      <ScrollRegion label={label}>
        <Arrows
          rows={view.rows}
          columns={view.columns}
          isSelf={view.isSelf}
          arrows={view.arrows}
          label={label}
        />
      </ScrollRegion>
      <ul class="arrow-key">
        {key.map((name) => (
          <li key={name}>
            <svg viewBox="0 0 36 10" aria-hidden="true">
              {name === 'missed' ? (
                <g class="arrows">
                  <path class="missed" d="M1 5H35" />
                </g>
              ) : (
                <g class={`arrow ${name}`}>
                  <path d="M1 5H30" stroke-width="2" />
                  <polygon points="36,5 27,0 27,10" />
                </g>
              )}
            </svg>
            {own.key[name]}
          </li>
        ))}
      </ul>
      <p data-right={view.right} data-judged={view.judged}>
        {view.isTold ? own.result(view.right, view.judged) : own.unknown}
        {view.isAhead && <span class="hint"> {own.toCome}</span>}
      </p>
      <details class="numbers">
        <summary>{words.value.asTable}</summary>
        <ScrollRegion label={label}>
          <table class="looks">
            <caption class="for-readers">{label}</caption>
            <thead>
              <tr>
                {own.columns.map((text) => (
                  <th key={text} scope="col">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {view.arrows.map(({ row, column, weight, related, verdict }) => (
                <tr key={row}>
                  <th scope="row">{view.rows[row]}</th>
                  <td>{view.columns[column]}</td>
                  <td>{words.value.number(weight, 3)}</td>
                  <td>
                    {verdict === 'wrong'
                      ? `${own.key.wrong}: ${related.map((at) => view.columns[at]).join(', ')}`
                      : own.key[verdict]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </>
  );
}
