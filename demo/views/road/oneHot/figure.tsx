/** One-hot vectors of the visitor's words: their products, and what a bag of words forgets. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { EXAMPLES } from '../../../engine/models';
import { askedIndex } from '../../../state/asked';
import { keepInAddress } from '../../../state/route';
import { language, words as pageWords } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Matrix } from '../../../widgets/matrix';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { bagOf, distanceOf, oneHotRows, productsOf, shuffled, wordsOf } from './bag';
import Formula from './formula.tex';
import { BagTable, Pair } from './parts';
import { WORDS } from './words';
import './oneHot.css';

/** Words that are shown. */
const MOST_WORDS = 24;

/** Shuffles that an address can name. */
const MOST_SHUFFLES = 9999;

export default function OneHot({ sentence }: FigureProps) {
  const own = WORDS[language.value];
  const first = useSignal(askedIndex('a', 2, MOST_WORDS, 0));
  const second = useSignal(askedIndex('b', 12, MOST_WORDS, 0));
  const shuffle = useSignal(askedIndex('shuffle', 1, MOST_SHUFFLES, 0));
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      a: String(first.value),
      b: String(second.value),
      shuffle: String(shuffle.value),
    });
  });
  const view = useComputed(() => {
    const all = wordsOf(sentence.value);
    const isEmpty = all.length === 0;
    const typed = (isEmpty ? wordsOf(EXAMPLES[0]?.[0] ?? '') : all).slice(0, MOST_WORDS);
    const distinct = [...new Set(typed)];
    const vectors = oneHotRows(distinct, distinct);
    const order = shuffled(typed, shuffle.value);
    const rows = oneHotRows(typed, distinct);
    const moved = oneHotRows(order, distinct);
    const [i, j] = [first, second].map(({ value }) => Math.min(value, distinct.length - 1));
    const pairOf = (index = 0) => ({ word: distinct[index] ?? '', vector: vectors[index] ?? [] });
    const [a, b] = [pairOf(i), pairOf(j)];
    const terms = a.vector.map((x, k) => x * (b.vector[k] ?? 0));
    return {
      isEmpty,
      isCut: all.length > MOST_WORDS,
      typed,
      distinct,
      products: productsOf(vectors),
      a,
      b,
      terms,
      product: terms.reduce((sum, term) => sum + term, 0),
      distance: distanceOf(a.vector, b.vector),
      order,
      rows,
      moved,
      bags: [bagOf(rows, distinct.length), bagOf(moved, distinct.length)] as const,
      changed: typed.filter((word, place) => word !== order[place]).length,
    };
  });
  const seen = view.value;
  const plain = (value: number) => pageWords.value.number(value);
  return (
    <FigureFrame
      number={3}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://doi.org/10.1080/00437956.1954.11659520' }}
      notice={own.notice}
      numbers={{
        sentence: sentence.value,
        words: seen.typed,
        vocabulary: seen.distinct,
        products: seen.products,
        pair: {
          words: [seen.a.word, seen.b.word],
          vectors: [seen.a.vector, seen.b.vector],
          product: seen.product,
          distance: seen.distance,
        },
        shuffle: shuffle.value,
        order: seen.order,
        rows: { typed: seen.rows, shuffled: seen.moved },
        bags: { typed: seen.bags[0], shuffled: seen.bags[1] },
      }}
    >
      <div class="one-hot">
        {seen.isEmpty && <p class="hint">{own.empty}</p>}
        {seen.isCut && <p class="hint">{own.cut(plain(MOST_WORDS))}</p>}
        <div class="side-by-side">
          <section data-part="products">
            <h2>{own.products}</h2>
            <Matrix
              values={seen.products}
              rows={seen.distinct}
              columns={seen.distinct}
              label={own.productsLabel}
              most={1}
              digits={0}
              cell={[20, 20]}
            />
          </section>
          <section data-part="pair">
            <h2>{own.pair}</h2>
            <Chips legend={own.first} words={seen.distinct} chosen={first} />
            <Chips legend={own.second} words={seen.distinct} chosen={second} />
            <Pair a={seen.a} b={seen.b} terms={seen.terms} name={own.terms} />
            <p data-product={seen.product} data-distance={seen.distance}>
              {own.result(plain(seen.product), distanceText(seen.distance))}{' '}
              {seen.a.word === seen.b.word ? own.same : own.right}
            </p>
          </section>
        </div>
        <section>
          <h2>{own.order}</h2>
          <p class="shuffle-buttons">
            <button
              type="button"
              data-do="shuffle"
              onClick={() => {
                shuffle.value = (shuffle.value % MOST_SHUFFLES) + 1;
              }}
            >
              {own.shuffle}
            </button>
            <button
              type="button"
              data-do="typed"
              disabled={shuffle.value === 0}
              onClick={() => {
                shuffle.value = 0;
              }}
            >
              {own.typed}
            </button>
          </p>
          <div class="side-by-side">
            {[
              { name: own.rowsTyped, words: seen.typed, values: seen.rows },
              { name: own.rowsShuffled, words: seen.order, values: seen.moved },
            ].map(({ name, words, values }, i) => (
              <section key={i}>
                <h3>{name}</h3>
                <Matrix
                  values={values}
                  rows={words}
                  columns={seen.distinct}
                  label={own.rowsLabel(name)}
                  most={1}
                  digits={0}
                  cell={[20, 20]}
                />
              </section>
            ))}
          </div>
        </section>
        <section>
          <h2>{own.bag}</h2>
          <BagTable own={own} words={seen.distinct} bags={seen.bags} />
          <p data-changed={seen.changed}>
            {own.equal(plain(seen.changed), plain(seen.typed.length))}
          </p>
        </section>
      </div>
    </FigureFrame>
  );
}

/** A distance: 0, or the square root of 2. */
function distanceText(distance: number): string {
  return distance === 0 ? '0' : `√2 ≈ ${pageWords.value.number(distance, 3)}`;
}
