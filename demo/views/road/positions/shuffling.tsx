/** The visitor's sentence in two orders: how far the encoder's vectors of each word are apart. */
import type { Signal } from '@preact/signals';
import { words } from '../../../state/settings';
import { AlignmentLines } from '../../../widgets/alignmentLines';
import { Choice } from '../../../widgets/choice';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import type { Orders } from './measure';
import type { PositionWords } from './words';

export interface ShufflingProps {
  readonly own: PositionWords;
  readonly seed: Signal<number>;
  readonly positions: Signal<'on' | 'off'>;
  readonly orders: Orders;
  /** Of each word, with positions and without. */
  readonly apart: { readonly on: readonly number[]; readonly off: readonly number[] };
}

const mean = (all: readonly number[]) =>
  all.reduce((sum, one) => sum + one, 0) / Math.max(1, all.length);

export function Shuffling({ own, seed, positions, orders, apart }: ShufflingProps) {
  const { order, words: text } = orders;
  const number = (value: number) =>
    value === 0 || value >= 0.001 ? words.value.number(value, 3) : value.toExponential(1);
  const shown = apart[positions.value];
  const most = Math.max(1e-9, ...apart.on, ...apart.off);
  const read = positions.value === 'on' ? orders.withPositions : orders.without;
  const isSame = read.inOrder.translation === read.shuffled.translation;
  return (
    <section class="shuffling" data-seed={orders.seed}>
      <h2>{own.orderTitle}</h2>
      <div class="controls">
        <Choice
          label={own.positions}
          options={[
            ['on', own.on],
            ['off', own.off],
          ]}
          chosen={positions}
        />
        <button
          type="button"
          class="look"
          data-action="shuffle"
          onClick={() => {
            seed.value++;
          }}
        >
          {own.shuffle}
        </button>
        <button
          type="button"
          class="look"
          data-action="order"
          disabled={seed.value === 0}
          onClick={() => {
            seed.value = 0;
          }}
        >
          {own.inOrder}
        </button>
      </div>
      <ScrollRegion label={own.permutation}>
        <div class="picture">
          <AlignmentLines
            source={text}
            target={order.map((word) => text[word] ?? '')}
            weights={order.map((word) => text.map((_, i) => (i === word ? 1 : 0)))}
            label={own.permutation}
          />
        </div>
      </ScrollRegion>
      <p data-mean-on={mean(apart.on)} data-mean-off={mean(apart.off)}>
        {own.mean(number(mean(apart.on)), number(mean(apart.off)))}
      </p>
      <div class="two-orders">
        <ScrollRegion label={own.column.distance}>
          <table class="steps">
            <thead>
              <tr>
                <th scope="col">{own.column.word}</th>
                <th scope="col">{own.column.places}</th>
                <th scope="col">{own.column.distance}</th>
              </tr>
            </thead>
            <tbody>
              {text.map((word, i) => (
                <tr key={i}>
                  <th scope="row">{word}</th>
                  <td>{`${i} → ${order.indexOf(i)}`}</td>
                  <td class="number" data-distance={shown[i]}>
                    <meter min={0} max={most} value={shown[i]} />
                    <span class="digits">{number(shown[i] ?? 0)}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
        <div>
          <dl>
            {(['inOrder', 'shuffled'] as const).map((name) => (
              <div key={name}>
                <dt>{own.translations[name]}</dt>
                <dd lang="fr" data-translation={name}>
                  {read[name].translation}
                </dd>
              </div>
            ))}
          </dl>
          <p class="hint" data-same={isSame}>
            {isSame ? own.same : own.different}
          </p>
        </div>
      </div>
    </section>
  );
}
