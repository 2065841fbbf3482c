/** The landing view: a sentence, and what three generations of models make of it. */
import { batch, type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CORPORA, type Corpus, corpusOf } from '../../engine/corpora';
import type { Engine } from '../../engine/engine';
import { EXAMPLES, FIRST_MODEL, type ModelInfo } from '../../engine/models';
import { normalised } from '../../engine/sentences';
import type { AnswersByModel } from '../../state/answers';
import { keepInAddress, route } from '../../state/route';
import { words } from '../../state/settings';
import { SentenceBar } from '../../widgets/sentenceBar';
import { Alternatives } from './alternatives';
import { CorpusChoice } from './corpusChoice';
import { Details, type Tab } from './details';
import { Generation } from './generation';
import { NoGpuNote } from './noGpuNote';
import { UnknownWords } from './unknownWords';

export interface TranslateProps {
  readonly engine: Engine;
  /** Models beside those of the page. */
  readonly further: readonly ModelInfo[];
  readonly answers: AnswersByModel;
  readonly sentence: Signal<string>;
}

/** Sentences whose true translation is known, however they are typed. */
const truths = new Map<string, readonly string[]>(
  EXAMPLES.map(([english, french]) => [english, french.split(' ')]),
);

/** Puts another word in place of each occurrence of a word, whatever its case. */
const replaceWord = (text: string, word: string, other: string) =>
  text
    .split(/(\s+)/u)
    .map((part) => (part.toLowerCase() === word.toLowerCase() ? other : part))
    .join('');

/** Draws a held-out sentence of the grammar, whose code is loaded at the first use. */
async function drawSentence(): Promise<string> {
  const { toyPairs } = await import('qkv/toy');
  const seed = Math.floor(Math.random() * 1e6);
  const pairs = toyPairs({ seed, split: 'test', count: 8 });
  const [drawn] = pairs.toSorted((a, b) => b.source.length - a.source.length).slice(2);
  const english = drawn?.source.join(' ') ?? '';
  truths.set(english, drawn?.target ?? []);
  return english;
}

/** The corpus that the address asks for: by its name, or by that of a model. */
function askedCorpus(): Corpus {
  const { query } = route.value;
  const named = Object.values(CORPORA).find(({ name }) => name === query.get('corpus'));
  return named ?? corpusOf(query.get('model') ?? '') ?? CORPORA.grammar;
}

export function Translate({ engine, further, answers, sentence }: TranslateProps) {
  const corpus = useSignal<Corpus>(CORPORA.grammar);
  const selected = useSignal<string>(FIRST_MODEL);
  const chosen = useSignal<number | undefined>(undefined);
  const tab = useSignal<Tab>('lines');
  // Only typing waits for more: an example or a link is translated at once.
  const isTyping = useRef(false);
  const ask = (text: string, typed = false) => {
    isTyping.current = typed;
    sentence.value = text;
  };
  const models = [...corpus.value.models, ...further];
  // What was rendered before is taken over as it is; the address may then ask for something else.
  useSignalEffect(() => {
    const asked = route.value.query.get('model');
    const found = askedCorpus();
    batch(() => {
      if (found !== corpus.peek() && !route.value.query.has('text')) {
        sentence.value = found.examples[0] ?? '';
      }
      corpus.value = found;
      if (asked !== null && answers.has(asked)) selected.value = asked;
      else if (corpusOf(selected.peek()) !== undefined) selected.value = found.first;
    });
  });
  useSignalEffect(() => {
    const text = sentence.value;
    const inView = new Set([...corpus.value.models, ...further].map(({ name }) => name));
    chosen.value = undefined;
    // What is shown in detail is asked first, and loaded before the others.
    const { first } = corpus.value;
    const inOrder = [...answers].sort(([a], [b]) => Number(b === first) - Number(a === first));
    for (const [name, one] of inOrder) {
      if (text.trim() === '' || !inView.has(name)) one.clear();
      else one.ask(text, isTyping.current ? undefined : 0);
    }
  });
  useEffect(() => {
    keepInAddress({
      corpus: corpus.value === CORPORA.grammar ? undefined : corpus.value.name,
      text: sentence.value === corpus.value.examples[0] ? undefined : sentence.value,
      model: selected.value === corpus.value.first ? undefined : selected.value,
    });
  }, [corpus.value, sentence.value, selected.value]);
  const choose = (next: Corpus) => {
    if (next === corpus.value) return;
    const isOwn = !corpus.value.examples.includes(sentence.value) && !truths.has(sentence.value);
    isTyping.current = false;
    batch(() => {
      corpus.value = next;
      selected.value = next.first;
      if (!isOwn) sentence.value = next.examples[0] ?? '';
    });
  };
  const truth =
    corpus.value === CORPORA.grammar ? truths.get(normalised(sentence.value)) : undefined;
  const own = answers.get(selected.value);
  const first = answers.get(corpus.value.first);
  return (
    <main id="content">
      <div class="hero">
        <h1>{words.value.title}</h1>
        <p class="lead">{words.value.lead}</p>
      </div>
      <SentenceBar text={sentence.value} onText={(text, isEntered) => ask(text, !isEntered)}>
        <CorpusChoice chosen={corpus.value} onChoose={choose} />
        <ul class="examples" aria-label={words.value.examples}>
          {corpus.value.examples.map((english) => (
            <li key={english}>
              <button type="button" lang="en" onClick={() => ask(english)}>
                {english}
              </button>
            </li>
          ))}
          {corpus.value === CORPORA.grammar && (
            <li>
              <button
                type="button"
                class="draw"
                onClick={() => {
                  void drawSentence().then((english) => ask(english));
                }}
              >
                {words.value.another}
              </button>
            </li>
          )}
        </ul>
      </SentenceBar>
      {first && (
        <UnknownWords
          answers={first}
          onReplace={(word, other) => ask(replaceWord(sentence.value, word, other))}
        />
      )}
      <NoGpuNote engine={engine} />
      <div class="generations">
        {models.map((model) => {
          const its = answers.get(model.name);
          if (its === undefined) return null;
          const select = () => {
            if (selected.value !== model.name) chosen.value = undefined;
            selected.value = model.name;
          };
          return (
            <Generation
              key={model.name}
              model={model}
              engine={engine}
              answers={its}
              corpus={corpus.value}
              truth={truth}
              isSelected={selected.value === model.name}
              chosen={chosen.value}
              onSelect={select}
              onChoose={(token) => {
                select();
                chosen.value = token;
              }}
              onRetry={() => its.ask(sentence.value, 0)}
            />
          );
        })}
      </div>
      {own && (
        <div class="inside">
          <div class="card choices" aria-live="polite">
            {own.forced.value > 0 && (
              <p class="forced-note">
                {words.value.forced}{' '}
                <button
                  type="button"
                  onClick={() => {
                    chosen.value = undefined;
                    own.release();
                  }}
                >
                  {words.value.release}
                </button>
              </p>
            )}
            <Alternatives
              key={selected.value}
              answers={own}
              chosen={chosen.value}
              onForce={(token) => {
                const place = chosen.value;
                chosen.value = undefined;
                if (place !== undefined) own.force(place, token);
              }}
            />
          </div>
          <Details key={`details ${selected.value}`} answers={own} tab={tab} />
        </div>
      )}
    </main>
  );
}
