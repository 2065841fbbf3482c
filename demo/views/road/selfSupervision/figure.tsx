/** Labels from raw text: masks, next words and noise on the visitor's sentence. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RemoteObject } from 'qkv/worker';
import { compareTokens } from '../../../engine/difference';
import { askedIndex, askedWord } from '../../../state/asked';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { softmax } from '../lib/numbers';
import Formula from './formula.tex';
import {
  clauseEnd,
  firstMarks,
  type Mark,
  OBJECTIVES,
  type Objective,
  type Question,
  question,
  wordsOf,
} from './labels';
import { LabelTable, TopList } from './labelTable';
import { judge, lossOf } from './odds';
import './selfSupervision.css';
import type { Ids, Reply, SelfSupervised } from './service';
import { type Training, TrainingView } from './trainingView';
import { WORDS } from './words';

const PAUSE_MS = 150;
/** Number of likeliest words that are shown. */
const SHOWN = 5;
/** The longest sentence that the models take, in words. */
const LONGEST = 30;

const PAPERS: Readonly<Record<Objective, string>> = {
  mask: 'https://aclanthology.org/N19-1423/',
  continue:
    'https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf',
  restore: 'https://aclanthology.org/2020.acl-main.703/',
};

/** What the visitor did to the words, for one of the tasks. */
interface Chosen {
  readonly task: Objective;
  readonly marks: readonly Mark[];
}

/** The marks that the address asks for. */
function askedMarks(task: Objective): Chosen | undefined {
  const text = route.peek().query.get('marks') ?? '';
  return /^[kmd]+$/u.test(text) ? { task, marks: [...text] as Mark[] } : undefined;
}

/** The next mark of a word that is chosen. */
const NEXT: Readonly<Record<Objective, Readonly<Record<Mark, Mark>>>> = {
  mask: { k: 'm', m: 'k', d: 'm' },
  continue: { k: 'k', m: 'k', d: 'k' },
  restore: { k: 'm', m: 'd', d: 'k' },
};

/** An answer and what it answers. */
interface Answered extends Reply {
  readonly question: Question;
  readonly ids: Ids;
}

export default function SelfSupervision({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const objective = useSignal(askedWord('task', OBJECTIVES, 'mask'));
  const chosenMarks = useSignal(askedMarks(objective.peek()));
  const chosenPlace = useSignal(askedIndex('word', -1));
  const isSwapped = useSignal(askedIndex('swap', 0) === 1);
  const answered = useSignal<Answered | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const models = useSignal<Promise<RemoteObject<SelfSupervised>> | undefined>(undefined);
  const training = useSignal<Training | undefined>(undefined);
  const asks = useComputed((): Question => {
    const all = wordsOf(sentence.value).slice(0, LONGEST);
    const first = firstMarks(objective.value, all.length);
    // Marks of another sentence, or of another task, are not those of this one.
    const { task, marks: own = first } = chosenMarks.value ?? {};
    const marks = task === objective.value && own.length === all.length ? own : first;
    const middle = Math.floor((2 * all.length) / 3);
    const place = chosenPlace.value < 0 ? middle : chosenPlace.value;
    return {
      objective: objective.value,
      words: all,
      marks,
      isSwapped: isSwapped.value,
      place: Math.max(0, Math.min(place, all.length - 1)),
    };
  });
  const opened = () => {
    models.value ??= engine.call((services) =>
      services.selfSupervised(new URL('models/', document.baseURI).href),
    );
    return models.value;
  };
  useEffect(
    () => () => {
      void models.peek()?.then(
        (one) => one.dispose(),
        () => undefined,
      );
    },
    [],
  );
  useSignalEffect(() => {
    const asked = asks.value;
    if (asked.words.length === 0) return;
    let isStale = false;
    const ask = async () => {
      const remote = await opened();
      const [ids, reply] = [await remote.ids(asked.objective), await remote.ask(asked)];
      if (isStale) return;
      failure.value = undefined;
      answered.value = { ...reply, question: asked, ids };
    };
    const timer = setTimeout(
      () =>
        ask().catch((error: unknown) => {
          models.value = undefined;
          if (!isStale) failure.value = error instanceof Error ? error.message : String(error);
        }),
      answered.peek() === undefined ? 0 : PAUSE_MS,
    );
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  });
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      task: objective.value,
      marks:
        chosenMarks.value?.task === objective.value ? chosenMarks.value.marks.join('') : undefined,
      word: chosenPlace.value < 0 ? undefined : String(chosenPlace.value),
      swap: isSwapped.value ? '1' : undefined,
    });
  });
  const judged = useComputed(() => {
    const { ids, asked, question: of } = answered.value ?? {};
    if (ids === undefined || asked === undefined || of === undefined) return undefined;
    return asked.map(({ place, logits }) =>
      judge(place, of.words[place] ?? '', softmax(logits, ids.never), ids.tokens, SHOWN),
    );
  });
  const choose = (place: number) => {
    const { marks } = asks.value;
    chosenPlace.value = place;
    if (objective.value === 'continue') return;
    chosenMarks.value = {
      task: objective.value,
      marks: marks.map((mark, i) => (i === place ? NEXT[objective.value][mark] : mark)),
    };
  };
  const view = answered.value;
  const now = asks.value;
  const isNow = view?.question === now;
  const shownJudged = isNow ? (judged.value ?? []) : [];
  const inView = shownJudged.find(({ place }) => place === now.place) ?? shownJudged[0];
  const loss = lossOf(shownJudged);
  const asked = question(now);
  return (
    <FigureFrame
      number={23}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.papers[now.objective], url: PAPERS[now.objective] }}
      notice={own.notice}
      numbers={
        view && isNow
          ? {
              ...now,
              input: asked.input,
              places: asked.places,
              ids: view.ids,
              asked: view.asked,
              judged: shownJudged,
              inView: inView?.place,
              loss,
              written: view.written,
              candidates: view.candidates,
              training: training.value,
            }
          : undefined
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      <div class="controls">
        <Choice
          label={own.objective}
          options={OBJECTIVES.map((one) => [one, own.objectives[one]])}
          chosen={objective}
        />
        {now.objective === 'restore' && clauseEnd(now.words) !== undefined && (
          <label>
            <input
              type="checkbox"
              checked={isSwapped.value}
              onChange={({ currentTarget }) => {
                isSwapped.value = currentTarget.checked;
              }}
            />
            {own.swap}
          </label>
        )}
      </div>
      <p class="hint">{own.hints[now.objective]}</p>
      {now.words.length === 0 ? (
        <p>{own.empty}</p>
      ) : (
        <>
          <LabelTable
            {...{ objective: now.objective, asked, marks: now.marks, own }}
            place={inView?.place ?? now.place}
            judged={shownJudged}
            onChoose={choose}
          />
          {asked.places.length === 0 && <p>{own.nothing}</p>}
          {inView !== undefined && (
            <TopList word={now.words[inView.place] ?? ''} judged={inView} own={own} />
          )}
          {loss !== undefined && (
            <p data-loss={loss}>
              {own.loss(words.value.number(loss, 3), words.value.number(shownJudged.length))}
            </p>
          )}
          {view === undefined && failure.value === undefined && (
            <p class="hint">{words.value.loading} …</p>
          )}
          {view !== undefined && asked.places.length > 0 && (
            <Written answered={view} label={own.written[view.question.objective]} />
          )}
          {now.objective === 'mask' && (
            <TrainingView
              {...{ engine, asks, training }}
              place={inView?.place}
              shipped={inView?.truth?.probability}
            />
          )}
        </>
      )}
    </FigureFrame>
  );
}

interface WrittenProps {
  readonly answered: Answered;
  readonly label: string;
}

/** The sentence as the model writes it, beside what it was. */
function Written({ answered, label }: WrittenProps) {
  const { question: of, written } = answered;
  const isOwn = of.objective === 'continue';
  return (
    <p class="written-text">
      <span class="hint">{label}</span>{' '}
      <span lang="en">
        {isOwn
          ? written.map((word, i) => (
              <span key={i} class={i < of.place ? 'given' : 'new'}>
                {word}{' '}
              </span>
            ))
          : compareTokens(written, of.words).map(({ kind, token }, i) => (
              <span key={i} class={kind === 'missing' ? 'missing' : `word ${kind}`}>
                {token}{' '}
              </span>
            ))}
      </span>
    </p>
  );
}
