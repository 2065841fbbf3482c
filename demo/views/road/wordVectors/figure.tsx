/** Word vectors, trained while the visitor looks on. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { askedIndex, askedText, askedWord } from '../../../state/asked';
import { keepInAddress } from '../../../state/route';
import { language, words as pageWords } from '../../../state/settings';
import { NumberTable } from '../../../widgets/matrix';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { WORD_CLASSES, type WordClass } from './classes';
import { TrainingButtons, TrainingControls } from './controls';
import type { CorpusWord } from './corpus';
import { NearList, RowBars, WordBox } from './explore';
import Formula from './formula.tex';
import { WordMap } from './map';
import { numbersOf } from './numbers';
import { useTraining } from './training';
import { combined, nearest, rowsOf } from './vectors';
import { WORDS } from './words';
import './wordVectors.css';

/** Numbers of a vector. */
const SIZE = 16;

/** Steps that are trained without being asked for. */
const BURST = 300;

/** Steps between pictures. */
const EVERY = 20;

/** Neighbours that are shown. */
const NEAR = 8;

const WORD_LIST = 'words-of-the-sentences';

const MAPS = ['nouns', 'all'] as const;
const METHODS = ['skipgram', 'cbow'] as const;

/** The words of a map. */
function onMap(words: readonly CorpusWord[], map: (typeof MAPS)[number]): readonly number[] {
  return words.flatMap(({ isNoun }, row) => (isNoun || map === 'all' ? [row] : []));
}

export default function LearntWordVectors({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const method = useSignal(askedWord('method', METHODS, 'skipgram'));
  const window = useSignal(askedIndex('window', 3, 5, 1));
  const negatives = useSignal(askedIndex('negatives', 5, 10, 1));
  const seed = useSignal(askedIndex('seed', 1, 9, 1));
  const map = useSignal<(typeof MAPS)[number]>(askedWord('map', MAPS, 'nouns'));
  const word = useSignal(askedText('word', 'king'));
  const [a, b, c] = [
    useSignal(askedText('a', 'coffee')),
    useSignal(askedText('b', 'drinks')),
    useSignal(askedText('c', 'eats')),
  ];
  const shown = useSignal<WordClass | undefined>(undefined);
  const isOpen = useSignal(false);
  const opening = useComputed(() => ({
    options: {
      kind: method.value,
      window: window.value,
      negatives: negatives.value,
      size: SIZE,
      seed: seed.value,
    },
    rows: (words: readonly CorpusWord[]) => onMap(words, map.peek()),
    burst: BURST,
  }));
  const training = useTraining(engine, EVERY, opening);
  useSignalEffect(() => {
    const rows = onMap(training.words.peek(), map.value);
    if (rows.length > 0) void training.look(rows);
  });
  useSignalEffect(() => {
    const changed = <T,>(value: T, usual: T) => (value === usual ? undefined : String(value));
    keepInAddress({
      text: sentence.value,
      method: changed<string>(method.value, 'skipgram'),
      window: changed(window.value, 3),
      negatives: changed(negatives.value, 5),
      seed: changed(seed.value, 1),
      map: changed<string>(map.value, 'nouns'),
      word: changed(word.value, 'king'),
      a: changed(a.value, 'coffee'),
      b: changed(b.value, 'drinks'),
      c: changed(c.value, 'eats'),
    });
  });
  const view = useComputed(() => {
    const { picture } = training;
    const all = training.words.value;
    if (picture === undefined || all.length === 0) return undefined;
    const names = all.map((one) => one.word);
    const vectors = rowsOf(picture.vectors, SIZE);
    const of = (name: string) => vectors[names.indexOf(name)];
    const rows = onMap(all, picture.places.length === all.length ? 'all' : 'nouns');
    const points = rows.flatMap((row, i) => {
      const [entry, place] = [all[row], picture.places[i]];
      return entry === undefined || place === undefined ? [] : [{ ...entry, place }];
    });
    const vector = of(word.value);
    const near = vector && nearest(vector, names, vectors, NEAR, [word.value]);
    const three = [a.value, b.value, c.value];
    const [x, y, z] = three.map(of);
    const sum = x && y && z && nearest(combined(x, y, z), names, vectors, 5, three);
    const marked = [word.value, ...(near ?? []).map((one) => one.word)];
    return { picture, names, vectors, rows, points, vector, near, sum, marked };
  });
  const seen = view.value;
  const unknown = (name: string) => seen !== undefined && !seen.names.includes(name);
  const numbers =
    seen && training.isSettled.value
      ? numbersOf(opening.value.options, seen, training.pictures.value, {
          word: word.value,
          sum: [a.value, b.value, c.value],
        })
      : undefined;
  return (
    <FigureFrame
      number={5}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1310.4546' }}
      notice={own.notice}
      numbers={numbers}
    >
      <div class="word-vectors">
        <TrainingControls {...{ own, method, window, negatives, seed, map }} />
        <TrainingButtons
          training={training}
          own={own}
          onReset={() => void training.open(opening.peek())}
        />
        {training.failure.value !== undefined && <p role="alert">{training.failure.value}</p>}
        {seen === undefined ? (
          training.failure.value === undefined && <p class="hint">{own.opening} …</p>
        ) : (
          <>
            <WordMap
              points={seen.points}
              label={own.mapLabel(seen.points.length)}
              axes={seen.picture.explained.map((part, i) =>
                own.component(i, pageWords.value.number(100 * part)),
              )}
              marked={seen.marked}
              shown={shown.value}
              onChoose={(chosen) => {
                word.value = chosen;
              }}
            />
            <NumberTable
              values={seen.points.map(({ place }) => place)}
              rows={seen.points.map((point) => point.word)}
              columns={['1', '2']}
              label={own.places}
              digits={3}
              open={isOpen}
            />
            <fieldset class="colour-key">
              <legend>{own.key}</legend>
              {WORD_CLASSES.filter((kind) => seen.points.some((point) => point.kind === kind)).map(
                (kind) => (
                  <button
                    key={kind}
                    type="button"
                    class={kind}
                    aria-pressed={shown.value === kind}
                    onClick={() => {
                      shown.value = shown.value === kind ? undefined : kind;
                    }}
                  >
                    <span>{own.classes[kind]}</span>
                  </button>
                ),
              )}
            </fieldset>
            <datalist id={WORD_LIST}>
              {seen.names.toSorted().map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
            <div class="of-words">
              <section data-part="neighbours">
                <WordBox
                  label={own.word}
                  word={word}
                  list={WORD_LIST}
                  isUnknown={unknown(word.value)}
                />
                {seen.near === undefined || seen.vector === undefined ? (
                  <p class="hint">{own.unknown(word.value, seen.names.length)}</p>
                ) : (
                  <>
                    <h2>{own.neighbours(word.value)}</h2>
                    <NearList near={seen.near} label={own.neighbours(word.value)} />
                    <h2>{own.row(word.value)}</h2>
                    <RowBars values={seen.vector} label={own.row(word.value)} />
                  </>
                )}
              </section>
              <section data-part="sum">
                <h2>{own.sum}</h2>
                <div class="word-sum">
                  <WordBox label="a" word={a} list={WORD_LIST} isUnknown={unknown(a.value)} />
                  <WordBox label="− b" word={b} list={WORD_LIST} isUnknown={unknown(b.value)} />
                  <WordBox label="+ c" word={c} list={WORD_LIST} isUnknown={unknown(c.value)} />
                </div>
                {seen.sum === undefined ? (
                  <p class="hint">
                    {own.unknown(
                      [a, b, c].find(({ value }) => unknown(value))?.value ?? '',
                      seen.names.length,
                    )}
                  </p>
                ) : (
                  <NearList near={seen.sum} label={own.sum} />
                )}
                <p class="hint">{own.sumText}</p>
              </section>
            </div>
          </>
        )}
      </div>
    </FigureFrame>
  );
}
