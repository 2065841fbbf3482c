/** What one block does to one word: lengths, vectors, attention, units, or the odds of all words. */
import type { ComponentChildren } from 'preact';
import { words } from '../../../state/settings';
import { Matrix } from '../../../widgets/matrix';
import { percent } from '../../../widgets/percent';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { type Block, lengthOf, type Odds, type Passage, residualShare } from './through';
import { blockName, type WORDS } from './words';

type Own = (typeof WORDS)['en'];

export interface DetailsProps {
  readonly block: Block;
  /** Undefined for the output. */
  readonly passage: Passage | undefined;
  /** [head][word]; empty for blocks without attention. */
  readonly weights: readonly (readonly number[])[];
  /** The words that attention reads. */
  readonly read: readonly string[];
  /** Words that the mask hides; undefined where there is no mask. */
  readonly hidden: readonly string[] | undefined;
  /** Activations of the units; empty for other blocks. */
  readonly units: readonly number[];
  readonly odds: readonly Odds[];
  readonly own: Own;
}

/** Units in a row of their picture. */
const UNITS = 64;

export function Details(props: DetailsProps) {
  const { block, passage, weights, read, hidden, units, odds, own } = props;
  const number = (value: number, digits = 2) => words.value.number(value, digits);
  const rows = Array.from({ length: Math.ceil(units.length / UNITS) }, (_, i) =>
    units.slice(i * UNITS, (i + 1) * UNITS),
  );
  const active = units.filter((unit) => unit > 0).length;
  return (
    <section class="block-details" aria-live="polite" data-details={block.id}>
      <h2>{blockName(own, block)}</h2>
      <p class="hint">{own.path}</p>
      {passage !== undefined && <Lengths passage={passage} own={own} />}
      {passage !== undefined && passage.added.length > 0 && block.kind !== 'embed' && (
        <Named name={own.addedVector}>
          <VectorStrip
            values={passage.added}
            most={Math.max(...passage.added.map(Math.abs))}
            of="activation"
            label={own.addedVector}
          />
        </Named>
      )}
      {passage !== undefined && (
        <Named name={own.vector}>
          <VectorStrip
            values={passage.after}
            most={Math.max(...passage.after.map(Math.abs))}
            of="activation"
            label={own.vector}
          />
        </Named>
      )}
      {weights.length > 0 && (
        <>
          <p class="hint">{own.attention}</p>
          <Matrix
            values={weights}
            rows={weights.map((_, head) => own.head(head + 1))}
            columns={read}
            label={own.attention}
            colour="--weight"
            most={1}
          />
        </>
      )}
      {hidden !== undefined && (
        <p class="hint">{hidden.length === 0 ? own.noMask : own.mask(hidden.join(' '))}</p>
      )}
      {units.length > 0 && (
        <>
          <p data-active={active}>{own.units(number(active, 0), number(units.length, 0))}</p>
          <Matrix
            values={rows}
            rows={rows.map(() => '')}
            columns={Array.from({ length: UNITS }, () => '')}
            label={own.unitsLabel}
            cell={[8, 14]}
          />
        </>
      )}
      {odds.length > 0 && (
        <ol class="odds-list" aria-label={own.outputs}>
          {odds.map(({ token, probability }) => (
            <li key={token} data-token={token} data-probability={probability}>
              <span lang="fr">{token === '<eos>' ? own.end : token}</span>
              <meter min={0} max={1} value={probability} aria-hidden="true" />
              <span>{percent(probability)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Named({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="named-strip">
      <span class="hint">{name}</span>
      {children}
    </div>
  );
}

function Lengths({ passage, own }: { readonly passage: Passage; readonly own: Own }) {
  const { before, added, after } = passage;
  const rows: readonly (readonly [string, string, number | undefined])[] = [
    ['before', own.before, before.length > 0 ? lengthOf(before) : undefined],
    ['added', own.added, added.length > 0 ? lengthOf(added) : undefined],
    ['after', own.after, lengthOf(after)],
    [
      'share',
      own.share,
      before.length > 0 && added.length > 0 ? residualShare(passage) : undefined,
    ],
  ];
  return (
    <dl class="lengths">
      {rows.map(
        ([key, label, value]) =>
          value !== undefined && (
            <div key={key}>
              <dt>{label}</dt>
              <dd data-length={key} data-value={value}>
                {key === 'share' ? percent(value, 0) : words.value.number(value, 2)}
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
