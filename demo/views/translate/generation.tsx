/** The card of one generation of models: its answer, how fast it came, and what went wrong. */
import { clausesOf, countWords } from '../../engine/clauses';
import { type Corpus, corpusOf } from '../../engine/corpora';
import { type Compared, compareTokens } from '../../engine/difference';
import { codeOf, type Engine } from '../../engine/engine';
import type { ModelInfo } from '../../engine/models';
import type { Answer, Answers } from '../../state/answers';
import { words } from '../../state/settings';
import { wordsOf } from '../../widgets/wordGroups';
import { AnswerText } from './answerText';

export interface GenerationProps {
  readonly model: ModelInfo;
  readonly engine: Engine;
  readonly answers: Answers;
  /** The corpus whose sentences are asked for. */
  readonly corpus: Corpus;
  readonly truth: readonly string[] | undefined;
  readonly isSelected: boolean;
  readonly chosen: number | undefined;
  onSelect(): void;
  onChoose(token: number): void;
  onRetry(): void;
}

export function Generation(props: GenerationProps) {
  const { model, engine, answers, corpus, truth, isSelected, chosen } = props;
  const answer = answers.answer.value;
  const { name, what } = words.value.generations[model.generation ?? model.name] ?? {
    name: model.name,
    what: words.value.own,
  };
  const load = engine.state(model.name).value;
  return (
    <article
      class="generation card"
      data-model={model.name}
      data-state={answer?.state ?? 'waiting'}
      data-origin={answer?.origin ?? 'none'}
      data-source={answer?.source ?? ''}
      data-selected={isSelected}
    >
      <header>
        <h2>
          <span class="year">{model.year}</span> {name}
        </h2>
        {answer?.origin === 'recorded' ? (
          <span class="badge" title={words.value.recordedHint}>
            {words.value.recorded}
          </span>
        ) : answer?.state === 'done' ? (
          <span class="badge live">{words.value.live}</span>
        ) : null}
      </header>
      <p class="what">
        {what}{' '}
        {model.paper && (
          <a href={model.paper.url} rel="external">
            {model.paper.authors}
          </a>
        )}
      </p>
      <Reach model={model} corpus={corpus} answer={answer} />
      {load.kind === 'loading' && (
        <label class="load">
          {words.value.loading}
          <progress max={1} value={load.fraction} />
        </label>
      )}
      {load.kind === 'waiting' && answer?.state === 'loading' && (
        <p class="hint">{words.value.waiting}</p>
      )}
      {answer?.state === 'failed' ? (
        <Failure error={answer.error} onRetry={props.onRetry} />
      ) : (
        answer && (
          <AnswerText
            answer={answer}
            truth={truth}
            chosen={isSelected ? chosen : undefined}
            forced={answers.forced.value}
            onChoose={answer.state === 'done' ? props.onChoose : undefined}
          />
        )
      )}
      {answer?.state === 'done' && <Verdict answer={answer} truth={truth} />}
      <footer>
        {answer?.origin === 'live' && answer.state === 'done' && <Figures answer={answer} />}
        <button
          type="button"
          class="look"
          aria-pressed={isSelected}
          aria-controls="details"
          onClick={props.onSelect}
        >
          {words.value.look}
        </button>
      </footer>
    </article>
  );
}

/** Says where a sentence is beyond what the model was trained on. */
function Reach({
  model,
  corpus,
  answer,
}: {
  readonly model: ModelInfo;
  readonly corpus: Corpus;
  readonly answer: Answer | undefined;
}) {
  const { grammarOnly, beyond } = words.value.corpora;
  const trained = corpusOf(model.name);
  if (trained === undefined) return null;
  if (trained.name !== corpus.name) return <p class="reach">{grammarOnly}</p>;
  const { longest } = corpus;
  if (longest === undefined || answer === undefined) return null;
  if (countWords(answer.source) <= longest) return null;
  return <p class="reach">{beyond(longest, clausesOf(answer.source, longest).length)}</p>;
}

function Verdict({
  answer,
  truth,
}: {
  readonly answer: Answer;
  readonly truth: GenerationProps['truth'];
}) {
  if (truth === undefined) return null;
  const compared = compareTokens(wordsOf(answer.tokens), truth);
  const count = (kind: Compared['kind']) => compared.filter((one) => one.kind === kind).length;
  const [wrong, missing] = [count('wrong'), count('missing')];
  return (
    <p class={`verdict ${wrong + missing === 0 ? 'right' : ''}`}>
      {wrong + missing === 0 ? words.value.right : words.value.mistakes(wrong, missing)}
    </p>
  );
}

function Figures({ answer: { tokens, firstMs, translation } }: { readonly answer: Answer }) {
  if (translation === undefined) return null;
  const { milliseconds } = translation;
  const { figures, number } = words.value;
  const ms = (value: number) => `${number(value)} ms`;
  return (
    <dl class="figures">
      {firstMs !== undefined && (
        <div>
          <dt>{figures.first}</dt>
          <dd>{ms(firstMs)}</dd>
        </div>
      )}
      <div>
        <dt>{figures.total}</dt>
        <dd>{ms(milliseconds)}</dd>
      </div>
      <div>
        <dt>{figures.rate}</dt>
        <dd>{number((1000 * tokens.length) / milliseconds)}</dd>
      </div>
    </dl>
  );
}

function Failure({ error, onRetry }: { readonly error: unknown; onRetry(): void }) {
  const code = codeOf(error) ?? 'other';
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div class="failure" role="alert" data-code={code}>
      <strong>{words.value.errors[code] ?? words.value.errors.other}</strong>
      <p>{message}</p>
      {code !== 'input' && (
        <button type="button" onClick={onRetry}>
          {words.value.retry}
        </button>
      )}
    </div>
  );
}
