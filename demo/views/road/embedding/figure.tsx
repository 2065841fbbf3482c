/** An embedding: a row looked up by a product, and what training makes of the rows. */

import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { askedIndex, askedWord } from '../../../state/asked';
import { keepInAddress } from '../../../state/route';
import { language, words as pageWords } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Choice } from '../../../widgets/choice';
import { Matrix } from '../../../widgets/matrix';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { cosine } from '../lib/numbers';
import { wordsOf } from '../oneHot/bag';
import { TrainingButtons } from '../wordVectors/controls';
import type { Picture } from '../wordVectors/service';
import { useTraining } from '../wordVectors/training';
import { type Near, nearest, rowsOf } from '../wordVectors/vectors';
import Formula from './formula.tex';
import { oneHot, times } from './lookup';
import { History, Lookup } from './parts';
import { WORDS } from './words';
import '../wordVectors/wordVectors.css';
import './embedding.css';

const SIZES = [8, 16, 32] as const;
const TABLES = ['trained', 'frozen'] as const;
const MATRICES = ['kinds', 'sentence'] as const;

/** Steps between two looks at the neighbours. */
const EVERY = 50;

/** Steps that are trained without being asked for. */
const BURST = 400;

/** Neighbours in each look. */
const NEAR = 5;

/** Persons, animals, food and drink, and places: four each. */
const KINDS =
  'king queen boy sister cat dog horse bear bread cheese soup coffee house castle school city'.split(
    ' ',
  );

/** Looks by the picture that they are of: there is one for each of many pictures at every new one. */
const known = new WeakMap<Picture, Look>();

interface Look {
  readonly index: number;
  readonly step: number;
  readonly loss: number | undefined;
  readonly near: readonly Near[];
}

/** The neighbours of a word in a picture. */
function lookAt(picture: Picture, index: number, names: readonly string[]): Look {
  const before = known.get(picture);
  if (before?.index === index) return before;
  const rows = rowsOf(picture.vectors, picture.vectors.length / names.length);
  const near = nearest(rows[index] ?? [], names, rows, NEAR, names.slice(index, index + 1));
  const look = { index, step: picture.step, loss: picture.loss, near };
  known.set(picture, look);
  return look;
}

export default function Embedding({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const size = useSignal<number>(SIZES.find((one) => one === askedIndex('d', 16, 32, 8)) ?? 16);
  const table = useSignal<(typeof TABLES)[number]>(askedWord('table', TABLES, 'trained'));
  const matrix = useSignal<(typeof MATRICES)[number]>(askedWord('matrix', MATRICES, 'kinds'));
  const chosen = useSignal(askedIndex('word', 2, 99, 0));
  const opening = useComputed(() => ({
    options: { kind: 'skipgram', window: 3, negatives: 5, size: size.value, seed: 1 } as const,
    rows: () => [],
    burst: BURST,
    isFrozen: table.peek() === 'frozen',
  }));
  const training = useTraining(engine, EVERY, opening);
  useSignalEffect(() => {
    const isFrozen = table.value === 'frozen';
    if (training.words.peek().length > 0) void training.freeze(isFrozen);
  });
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      d: size.value === 16 ? undefined : String(size.value),
      table: table.value === 'trained' ? undefined : table.value,
      matrix: matrix.value === 'kinds' ? undefined : matrix.value,
      word: String(chosen.value),
    });
  });
  const view = useComputed(() => {
    const { picture } = training;
    const names = training.words.value.map(({ word }) => word);
    if (picture === undefined || names.length === 0) return undefined;
    const typed = [...new Set(wordsOf(sentence.value))];
    const known = typed.filter((word) => names.includes(word));
    const unknown = typed.filter((word) => !names.includes(word));
    const rows = known.length > 0 ? known : ['king'];
    const word = rows[Math.min(chosen.value, rows.length - 1)] ?? 'king';
    const index = names.indexOf(word);
    const columns = picture.vectors.length / names.length;
    const vectors = rowsOf(picture.vectors, columns);
    const of = (name: string) => vectors[names.indexOf(name)] ?? [];
    const compared = matrix.value === 'kinds' ? KINDS : rows;
    return {
      picture,
      names,
      vectors,
      columns,
      rows: rows.map((name) => ({ word: name, values: of(name) })),
      unknown,
      isKnown: known.length > 0,
      word,
      index,
      product: times(oneHot(index, names.length), vectors),
      compared,
      cosines: compared.map((row) => compared.map((column) => cosine(of(row), of(column)))),
    };
  });
  const looks = useComputed(() => {
    const { names, index } = view.value ?? {};
    if (names === undefined || index === undefined) return [];
    return training.pictures.value
      .filter(({ step }) => step % EVERY === 0)
      .map((picture) => lookAt(picture, index, names));
  });
  const seen = view.value;
  const plain = (value: number) => pageWords.value.number(value);
  return (
    <FigureFrame
      number={4}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://www.jmlr.org/papers/v3/bengio03a.html' }}
      notice={own.notice}
      numbers={
        seen && training.isSettled.value
          ? {
              sentence: sentence.value,
              size: seen.columns,
              isFrozen: table.value === 'frozen',
              step: seen.picture.step,
              words: seen.names,
              table: seen.vectors,
              word: seen.word,
              index: seen.index,
              product: seen.product,
              cosines: { words: seen.compared, values: seen.cosines },
              neighbours: looks.value,
            }
          : undefined
      }
    >
      <div class="word-vectors">
        <div class="controls">
          <Choice label={own.size} options={SIZES.map((one) => [one, String(one)])} chosen={size} />
          <Choice
            label={own.table}
            options={TABLES.map((one) => [one, own.tables[one]])}
            chosen={table}
          />
          <Choice
            label={own.matrixOf}
            options={MATRICES.map((one) => [one, own.matrices[one]])}
            chosen={matrix}
          />
        </div>
        <TrainingButtons
          training={training}
          own={own}
          onReset={() =>
            void training.open({ ...opening.peek(), isFrozen: table.peek() === 'frozen' })
          }
        />
        {training.failure.value !== undefined && <p role="alert">{training.failure.value}</p>}
        {seen === undefined ? (
          training.failure.value === undefined && <p class="hint">{own.opening} …</p>
        ) : (
          <>
            <Chips legend={own.word} words={seen.rows.map(({ word }) => word)} chosen={chosen} />
            {seen.unknown.length > 0 && <p class="hint">{own.unknown(seen.unknown.join(', '))}</p>}
            {!seen.isKnown && <p class="hint">{own.none}</p>}
            <div class="of-words">
              <section>
                <h2>{own.lookup}</h2>
                <Lookup own={own} rows={seen.rows} word={seen.word} product={seen.product}>
                  {own.further(plain(seen.names.length - seen.rows.length))}
                </Lookup>
                <p class="hint">
                  {own.sizes(
                    plain(seen.names.length),
                    plain(seen.columns),
                    plain(seen.names.length * seen.columns),
                  )}
                </p>
              </section>
              <section>
                <h2>{own.cosines}</h2>
                <Matrix
                  values={seen.cosines}
                  rows={seen.compared}
                  columns={seen.compared}
                  label={own.cosinesLabel}
                  most={1}
                  cell={[20, 20]}
                />
              </section>
            </div>
            <section class="looks">
              <h2>{own.history(seen.word)}</h2>
              <History own={own} label={own.history(seen.word)} looks={looks.value} />
            </section>
          </>
        )}
      </div>
    </FigureFrame>
  );
}
