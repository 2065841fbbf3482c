/** What each layer of the decoder would say at each place, if it were the last. */
import { useEffect, useRef } from 'preact/hooks';
import { bringIntoRegion } from '../../../widgets/bringIntoRegion';
import { percent } from '../../../widgets/percent';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import type { Odds } from './through';
import type { WORDS } from './words';

export interface LensViewProps {
  /** [layer][place] */
  readonly table: readonly (readonly Odds[])[];
  readonly place: number;
  readonly own: (typeof WORDS)['en'];
  onChoose(place: number): void;
}

/** How the ends of a sentence are shown. */
const SIGNS: Readonly<Record<string, string>> = { '<bos>': '▸', '<eos>': '■' };

export function LensView({ table, place, own, onChoose }: LensViewProps) {
  const element = useRef<HTMLTableElement>(null);
  useEffect(() => {
    bringIntoRegion(element.current?.querySelector('.here'));
  }, [place, table]);
  const last = table.at(-1) ?? [];
  const name = (token: string) => SIGNS[token] ?? token;
  return (
    <div>
      <p class="hint">{own.lens}</p>
      <ScrollRegion label={own.lens}>
        <table class="lens" ref={element}>
          <tbody>
            {table
              .map((row, layer) => (
                <tr key={layer} data-layer={layer}>
                  <th scope="row">{own.rows[layer]}</th>
                  {row.map(({ token, probability }, t) => (
                    <td
                      key={t}
                      class={`${token === last[t]?.token ? 'right' : ''} ${t === place ? 'here' : ''}`}
                      style={{ '--weight-of-cell': probability.toFixed(3) }}
                    >
                      <button
                        type="button"
                        lang="fr"
                        title={percent(probability, 0)}
                        aria-pressed={t === place}
                        data-token={token}
                        onClick={() => onChoose(t)}
                      >
                        {name(token)}
                      </button>
                    </td>
                  ))}
                </tr>
              ))
              .toReversed()}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
