/** The planes of the network's vectors and of the bags side by side, with all places as a table. */
import { useSignal } from '@preact/signals';
import { words } from '../../../state/settings';
import { NumberTable } from '../../../widgets/matrix';
import { type Compared, linksOf } from './compare';
import type { Telling } from './phrases';
import { PlanePicture, type PlanePoint } from './planePicture';
import type { WORDS } from './words';

export interface PlaneViewsProps {
  readonly own: (typeof WORDS)['en'];
  readonly tellings: readonly Telling[];
  readonly typed: readonly string[];
  /** The number of words that the bags count on their plane. */
  readonly counted: number;
  readonly network: Compared;
  readonly bag: Compared;
}

const MARKS = ['active', 'passive', 'typed'] as const;
const LINKS = ['meaning', 'nearest'] as const;

export function PlaneViews({ own, tellings, typed, counted, network, bag }: PlaneViewsProps) {
  const open = useSignal(false);
  const percent = (part = 0) => words.value.number(100 * part);
  const points = ({ places }: Compared): readonly PlanePoint[] =>
    places.map((at, i) => {
      const telling = tellings[i];
      const title = telling?.text ?? typed[i - tellings.length] ?? '';
      return telling === undefined
        ? { at, title, label: title, kind: 'typed' }
        : { at, title, label: `${telling.doer} → ${telling.other}`, kind: telling.voice };
    });
  const columns = [own.vector, own.bagShort].flatMap((name) => [`${name}, 1`, `${name}, 2`]);
  return (
    <>
      <ul class="plane-legend" aria-hidden="true">
        {MARKS.map((kind) => (
          <li key={kind}>
            <svg
              class={`point ${kind}`}
              width="16"
              height="16"
              viewBox="-8 -8 16 16"
              aria-hidden="true"
            >
              {kind === 'active' && <circle r="5" />}
              {kind === 'passive' && <rect x="-5" y="-5" width="10" height="10" />}
              {kind === 'typed' && <path d="M0-7L7 0L0 7L-7 0Z" />}
            </svg>
            {own.legend[kind]}
          </li>
        ))}
        {LINKS.map((kind) => (
          <li key={kind}>
            <svg width="26" height="8" viewBox="0 0 26 8" aria-hidden="true">
              <line class={`link ${kind}`} x1="0" y1="4" x2="26" y2="4" />
            </svg>
            {own.legend[kind]}
          </li>
        ))}
      </ul>
      <div class="planes">
        {[
          { name: 'network', of: network, title: own.network(network.vectors[0]?.length ?? 0) },
          { name: 'bag', of: bag, title: own.bag(counted) },
        ].map(({ name, of, title }) => (
          <section key={name} data-plane={name}>
            <h2>{title}</h2>
            <PlanePicture
              points={points(of)}
              links={linksOf(tellings, of.nearest)}
              axes={[
                own.axis(1, percent(of.plane.explained[0])),
                own.axis(2, percent(of.plane.explained[1])),
              ]}
              label={title}
            />
          </section>
        ))}
      </div>
      <NumberTable
        values={network.places.map((at, i) => [...at, ...(bag.places[i] ?? [])])}
        rows={[...tellings.map(({ text }) => text), ...typed]}
        {...{ columns, open }}
        label={own.table}
        digits={2}
      />
    </>
  );
}
