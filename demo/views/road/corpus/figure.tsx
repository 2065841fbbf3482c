/** A corpus, its sentences, their words and phrases, and the French words of each phrase. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { askedIndex } from '../../../state/asked';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { CorpusList, WordCountList } from './corpusList';
import './corpus.css';
import Formula from './formula.tex';
import {
  allPhrases,
  corpusSize,
  counterpartOf,
  countWord,
  phraseTree,
  tellingPhrase,
} from './phrases';
import type { CorpusPair } from './service';
import { PairTree } from './tree';
import { WORDS } from './words';

/** Number of pairs that are drawn from the grammar. */
const COUNT = 1000;
/** A sentence whose words change their order in French. */
const FIRST = 10;
/** Number of French words of one English word that are told. */
const COUNTERPARTS = 6;

/** Words of the sentence from one to another. */
type Range = readonly [from: number, to: number];

/** The range that the address asks for. */
function askedRange(): Range | undefined {
  const found = /^(\d+)-(\d+)$/u.exec(route.peek().query.get('words') ?? '');
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}

/** What is chosen of a sentence: a phrase or a single word, the telling phrase if neither. */
function choiceOf(pair: CorpusPair, range: Range | undefined) {
  const [from = -1, to = -1] = range ?? [];
  if (from === to && pair.source[from] !== undefined) return { words: [from], head: from };
  const phrase = allPhrases(phraseTree(pair)).find(
    (one) => one.words[0] === from && one.words.at(-1) === to,
  );
  return phrase ?? tellingPhrase(pair);
}

export default function LanguageAsData({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const pairs = useSignal<readonly CorpusPair[]>([]);
  const failure = useSignal<string | undefined>(undefined);
  const index = useSignal(askedIndex('pair', FIRST, COUNT - 1));
  const range = useSignal(askedRange());
  useEffect(() => {
    engine
      .call((services) => services.corpusPairs(COUNT))
      .then(
        (found) => {
          pairs.value = found;
        },
        (error: unknown) => {
          failure.value = error instanceof Error ? error.message : String(error);
        },
      );
  }, []);
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      pair: String(index.value),
      words: range.value?.join('-'),
    });
  });
  const size = useComputed(() => corpusSize(pairs.value));
  const shown = useComputed(() => {
    const pair = pairs.value[index.value];
    if (pair === undefined) return undefined;
    const { words: chosen, head } = choiceOf(pair, range.value);
    const counterpart = counterpartOf(pair, chosen);
    const word = pair.source[head] ?? '';
    return { pair, chosen, head, counterpart, word, counts: countWord(pairs.value, word) };
  });
  const yours = useComputed(() => {
    const typed = sentence.value.toLowerCase().match(/[\p{L}\d]+|\?/gu) ?? [];
    return typed.map((word) => [word, countWord(pairs.value, word).count] as const);
  });
  const choosePair = (next: number) => {
    index.value = next;
    range.value = undefined;
  };
  const view = shown.value;
  const number = (value: number) => words.value.number(value);
  const { pairs: count, english, french, distinctEnglish, distinctFrench } = size.value;
  return (
    <FigureFrame
      number={1}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://aclanthology.org/J93-2003/' }}
      notice={own.notice}
      numbers={
        view && {
          corpus: size.value,
          index: index.value,
          ...view.pair,
          tree: phraseTree(view.pair),
          chosen: view.chosen,
          head: view.head,
          counterpart: view.counterpart,
          word: view.word,
          counts: view.counts,
          yours: yours.value,
        }
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {view === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <p>
            {own.size(
              number(count),
              number(english),
              number(french),
              number(distinctEnglish),
              number(distinctFrench),
            )}
          </p>
          <CorpusList pairs={pairs.value} index={index.value} own={own} onChoose={choosePair} />
          <PairTree
            {...{ pair: view.pair, chosen: view.chosen, head: view.head, own }}
            counterpart={view.counterpart}
            onChoose={(chosen) => {
              range.value = [chosen[0] ?? 0, chosen.at(-1) ?? 0];
            }}
          />
          <dl class="chosen-phrase" aria-live="polite">
            <dt>{own.english}</dt>
            <dd lang="en">
              <Marked texts={view.pair.source} shown={view.chosen} strong={[view.head]} />
            </dd>
            <dt>{own.french}</dt>
            <dd lang="fr">
              {view.counterpart.words.length === 0 ? (
                <em>{own.none}</em>
              ) : (
                <Marked
                  texts={view.pair.target}
                  shown={view.counterpart.words}
                  strong={view.counterpart.heads}
                />
              )}
            </dd>
          </dl>
          <div>
            <p class="hint">{own.counts(view.word, number(view.counts.count), number(count))}</p>
            <WordCountList
              entries={view.counts.counterparts.slice(0, COUNTERPARTS)}
              lang="fr"
              own={own}
            />
          </div>
          {yours.value.length > 0 && (
            <div data-part="yours">
              <p class="hint">{own.yours}</p>
              <WordCountList entries={yours.value} lang="en" own={own} />
            </div>
          )}
        </>
      )}
    </FigureFrame>
  );
}

interface MarkedProps {
  readonly texts: readonly string[];
  readonly shown: readonly number[];
  readonly strong: readonly number[];
}

/** Some words of a sentence, heads in bold, a gap where words between them are left out. */
function Marked({ texts, shown, strong }: MarkedProps) {
  return (
    <>
      {shown.map((i, place) => (
        <span key={i}>
          {place > 0 && (shown[place - 1] === i - 1 ? ' ' : ' … ')}
          {strong.includes(i) ? <strong>{texts[i]}</strong> : texts[i]}
        </span>
      ))}
    </>
  );
}
