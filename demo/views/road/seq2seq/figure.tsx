/** Sequence to sequence: a sentence becomes one vector, and the vector becomes a sentence. */
import { language, words } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Choice } from '../../../widgets/choice';
import { Slider } from '../../../widgets/slider';
import { Stepper } from '../../../widgets/stepper';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import Formula from './formula.tex';
import { Likeliest, Vectors, WrittenAnswer } from './parts';
import { OTHERS, type Seq2SeqState, useSeq2Seq } from './state';
import { WORDS } from './words';
import './seq2seq.css';

const END = '■';

type Own = (typeof WORDS)['en'];

export default function Seq2Seq(props: FigureProps) {
  const own = WORDS[language.value];
  const state = useSeq2Seq(props);
  const failure = state.failure.value;
  const mine = failure === undefined ? state.own.value : undefined;
  const used = state.used.value;
  const source = mine && [END, ...mine.translation.sourceTokens.toReversed()];
  return (
    <FigureFrame
      number={10}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1409.3215' }}
      notice={own.notice}
      numbers={
        mine &&
        used && {
          ...{ sentence: mine.translation.source, reads: source },
          ...{ pasted: OTHERS[state.pasted.value - 1], noise: state.noise.value },
          ...{ seed: state.seed.value, ownVector: mine.vector, vector: used.vector },
          ...{ ownAnswer: mine.translation.tokens, answer: used.translation.tokens },
          ...{ step: state.step.value, steps: used.steps },
        }
      }
    >
      {failure !== undefined && <p role="alert">{failure}</p>}
      {mine === undefined || source === undefined ? (
        failure === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <div>
            <p class="hint">{own.reads}</p>
            <ol class="seq2seq-reads" lang="en">
              {source.map((word, i) => (
                <li key={i}>{word}</li>
              ))}
            </ol>
            <p class="hint">{own.reversed}</p>
          </div>
          <Controls {...{ own, state }} />
          <div>
            <p>{own.vector(mine.vector.hidden.length + mine.vector.cell.length)}</p>
            <Vectors
              own={own}
              vectors={[
                [own.ownVector, mine.vector],
                ...(state.isChanged.value && used ? [[own.usedVector, used.vector] as const] : []),
              ]}
            />
          </div>
          <div class="seq2seq-answers">
            <WrittenAnswer title={own.ownAnswer} written={mine} name="own" />
            {state.isChanged.value && (
              <WrittenAnswer title={own.usedAnswer} written={used} name="used" />
            )}
          </div>
          <Follows {...{ own, state }} />
          {used && <Writing {...{ own, state }} />}
        </>
      )}
    </FigureFrame>
  );
}

interface PartProps {
  readonly own: Own;
  readonly state: Seq2SeqState;
}

/** What the visitor does to the vector. */
function Controls({ own, state: { noise, seed, pasted } }: PartProps) {
  const { number } = words.value;
  return (
    <div class="controls seq2seq-controls">
      <Choice
        label={own.paste}
        options={[[0, own.ownSentence], ...OTHERS.map((text, i) => [i + 1, text] as const)]}
        chosen={pasted}
      />
      <Slider
        label={own.noise}
        value={noise}
        min={0}
        max={1}
        step={0.05}
        format={(value) => number(value, 2)}
      />
      <button
        type="button"
        class="look"
        disabled={noise.value === 0}
        onClick={() => {
          seed.value++;
        }}
      >
        {own.newNoise}
      </button>
    </div>
  );
}

/** Says when the answer is that of the sentence whose vector is pasted in. */
function Follows({ own, state }: PartProps) {
  const [used, other] = [state.used.value, state.other.value];
  const isSame =
    state.pasted.value > 0 &&
    used !== undefined &&
    other?.tokens.join(' ') === used.translation.tokens.join(' ');
  return (
    <p aria-live="polite" data-follows={isSame}>
      {isSame ? own.follows : ''}
    </p>
  );
}

/** The decoder, step by step. */
function Writing({ own, state }: PartProps) {
  const { steps = [], translation } = state.used.value ?? {};
  const tokens = translation?.tokens ?? [];
  const at = Math.min(state.step.value, steps.length - 1);
  const step = steps[at];
  if (step === undefined) return null;
  const read = (t: number) => (t === 0 ? own.begin : own.quoted(tokens[t - 1] ?? ''));
  const written = (t: number) => (t < tokens.length ? own.quoted(tokens[t] ?? '') : own.end);
  const most = Math.max(1e-9, ...steps.map((one) => Math.max(...one.state.map(Math.abs))));
  return (
    <div class="seq2seq-writing">
      <Chips legend={own.write} words={steps.map((_, t) => tokens[t] ?? END)} chosen={state.step} />
      <Stepper steps={steps.map((_, t) => own.steps(read(t), written(t)))} step={state.step} />
      <div class="seq2seq-step">
        <div>
          <p class="hint">{own.state(read(at))}</p>
          <VectorStrip
            values={step.state}
            most={most}
            of="activation"
            label={own.state(read(at))}
          />
        </div>
        <Likeliest {...{ own, step }} />
      </div>
    </div>
  );
}
