/** The nearest sentences of the visitor's phrases, and the distances within events. */
import type { Signal } from '@preact/signals';
import { words } from '../../../state/settings';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import type { Compared } from './compare';
import type { Encoded } from './encoded';
import type { Telling } from './phrases';
import type { WORDS } from './words';

export interface TablesProps {
  readonly own: (typeof WORDS)['en'];
  readonly phrases: Signal<readonly string[]>;
  readonly known: ReadonlyMap<string, Encoded>;
  readonly tellings: readonly Telling[];
  /** The phrases that the comparisons are of. */
  readonly read: readonly string[];
  readonly network: Compared;
  readonly bag: Compared;
  /** Whether what is not read yet will not be. */
  readonly hasFailed: boolean;
}

const RELATIONS = ['sameMeaning', 'sameWords', 'sameOrder'] as const;

export function Tables(props: TablesProps) {
  const { own, phrases, known, tellings, read, network, bag, hasFailed } = props;
  const number = (value: number) => words.value.number(value, 1);
  const nearest = (of: Compared, text: string, name: string) => {
    const found = of.nearest[read.indexOf(text)];
    if (found === undefined) return <td>{hasFailed ? '–' : `${own.pending} …`}</td>;
    return (
      <td data-nearest={name} data-distance={found.distance}>
        {tellings[found.index]?.text}
        <small>{number(found.distance)}</small>
      </td>
    );
  };
  return (
    <div class="plane-tables">
      {phrases.value.length > 0 && (
        <section>
          <h2>{own.yours}</h2>
          <ScrollRegion label={own.yours}>
            <table data-table="phrases">
              <thead>
                <tr>
                  <th scope="col">{own.heads.phrase}</th>
                  <th scope="col">{own.heads.network}</th>
                  <th scope="col">{own.heads.bag}</th>
                </tr>
              </thead>
              <tbody>
                {phrases.value.map((text) => {
                  const unknown = known.get(text)?.unknown ?? [];
                  return (
                    <tr key={text}>
                      <th scope="row">
                        <button
                          type="button"
                          class="remove"
                          aria-label={own.remove(text)}
                          onClick={() => {
                            phrases.value = phrases.value.filter((other) => other !== text);
                          }}
                        >
                          ×
                        </button>
                        {text}
                        {unknown.length > 0 && <small>{own.unknown(unknown.join(', '))}</small>}
                      </th>
                      {nearest(network, text, 'network')}
                      {nearest(bag, text, 'bag')}
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </ScrollRegion>
        </section>
      )}
      <section>
        <h2>{own.distances}</h2>
        <table data-table="distances">
          <thead>
            <tr>
              <td />
              <th scope="col" class="number">
                {own.vector}
              </th>
              <th scope="col" class="number">
                {own.bagShort}
              </th>
            </tr>
          </thead>
          <tbody>
            {RELATIONS.map((relation) => (
              <tr key={relation} data-relation={relation}>
                <th scope="row">{own.relations[relation]}</th>
                {[network, bag].map(({ distances }, i) => (
                  <td key={i} class="number" data-distance={distances[relation]}>
                    {number(distances[relation])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
