/** The bottleneck: three generations on one sentence, which grows clause by clause. */
import { EXAMPLES } from '../../../engine/models';
import { language, words } from '../../../state/settings';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { Cards } from './cards';
import { Curves } from './curves';
import Formula from './formula.tex';
import { longer, MOST_WORDS, RECORDED } from './lengths';
import { type BottleneckState, useBottleneck } from './state';
import { WORDS } from './words';
import './bottleneck.css';

export default function Bottleneck(props: FigureProps) {
  const own = WORDS[language.value];
  const state = useBottleneck(props);
  const outcomes = state.outcomes.value;
  const isDone = outcomes.every(
    ({ answer }) => answer?.state === 'done' && answer.source === props.sentence.value,
  );
  const numbers =
    isDone && state.grammar.value !== undefined
      ? {
          sentence: props.sentence.value,
          ...{ length: state.length.value, truth: state.truth.value },
          answers: outcomes.map(({ model, answer, compared, bleu }) => ({
            ...{ model, tokens: answer?.tokens, compared, bleu },
          })),
          recorded: RECORDED,
          measured: state.measured.value,
        }
      : undefined;
  return (
    <FigureFrame
      number={11}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1409.0473' }}
      notice={own.notice}
      numbers={numbers}
    >
      <Growth {...{ state, own }} sentence={props.sentence} />
      <Cards {...{ outcomes, own }} truth={state.truth.value} />
      {state.grammar.value !== undefined &&
        state.truth.value === undefined &&
        state.length.value > 0 && <p class="hint">{own.noTruth}</p>}
      <div class="bottleneck-chart">
        <p class="name">{own.chart}</p>
        <Curves
          {...{ outcomes, own }}
          length={state.length.value}
          measured={state.measured.value}
        />
        <p class="hint">
          {own.recorded(words.value.number(RECORDED.sentences))} {own.command}{' '}
          <code>{RECORDED.command}</code>
        </p>
        <Measurement {...{ state, own }} />
      </div>
    </FigureFrame>
  );
}

interface PartProps {
  readonly state: BottleneckState;
  readonly own: (typeof WORDS)['en'];
}

/** Buttons that make the sentence longer and shorter. */
function Growth({ state, own, sentence }: PartProps & Pick<FigureProps, 'sentence'>) {
  const grammar = state.grammar.value;
  const text = sentence.value;
  // Each clause is another one, in turn.
  const added = grammar?.clauses.filter((clause) => text.includes(` and ${clause}`)).length ?? 0;
  const next = grammar?.clauses.at(added % (grammar.clauses.length || 1));
  const longerText = grammar && next ? longer(grammar, text, next) : undefined;
  const last = grammar?.clauses.find((clause) => text.endsWith(` and ${clause}`));
  const isQuestion = text.trim().endsWith('?');
  const draw = () => {
    const all = grammar?.sentences ?? [];
    sentence.value = all[Math.floor(Math.random() * all.length)] ?? EXAMPLES[0]?.[0] ?? '';
  };
  return (
    <div class="controls bottleneck-growth">
      <button
        type="button"
        class="look"
        disabled={longerText === undefined}
        onClick={() => {
          if (longerText !== undefined) sentence.value = longerText;
        }}
      >
        {own.add}
      </button>
      <button
        type="button"
        class="look"
        disabled={last === undefined}
        onClick={() => {
          if (last !== undefined) sentence.value = text.slice(0, -` and ${last}`.length);
        }}
      >
        {own.remove}
      </button>
      <button type="button" class="look" disabled={grammar === undefined} onClick={draw}>
        {own.another}
      </button>
      <output aria-live="polite" data-length={state.length.value}>
        {own.length(state.length.value)}
      </output>
      {grammar !== undefined && longerText === undefined && state.length.value > 0 && (
        <span>{isQuestion ? own.question : own.tooLong(MOST_WORDS)}</span>
      )}
    </div>
  );
}

/** Measures here, with progress. */
function Measurement({ state, own }: PartProps) {
  const fraction = state.fraction.value;
  return (
    <div class="controls bottleneck-measure">
      {fraction === undefined ? (
        <button
          type="button"
          class="look"
          data-measure="start"
          disabled={state.grammar.value === undefined}
          onClick={() => state.start()}
        >
          {own.measure}
        </button>
      ) : (
        <>
          <button type="button" class="look" data-measure="stop" onClick={() => state.stop()}>
            {own.stop}
          </button>
          <label>
            {own.measuring}
            <progress max={1} value={fraction} />
          </label>
        </>
      )}
      <p class="hint">{own.measureHint}</p>
      {state.failure.value !== undefined && <p role="alert">{state.failure.value}</p>}
    </div>
  );
}
