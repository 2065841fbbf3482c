/** What the one vector of a sentence holds: vectors of four tellings of events, and of phrases. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { compare } from './compare';
import { useEncoded } from './encoded';
import Formula from './formula.tex';
import { bagOf, type Vector, wordsIn } from './geometry';
import { PhraseForm, tidy } from './phraseForm';
import { tellings, VERBS } from './phrases';
import { PlaneViews } from './planeViews';
import type { Plane } from './service';
import { Tables } from './tables';
import { WORDS } from './words';
import './figure.css';

/** The number of phrases that the visitor can add. */
const MOST = 6;
const FIRST = ['the black cat sees the dog', 'the king was seen by a bird'];
/** Stands between phrases in the address. */
const BETWEEN = '|';

function askedPhrases(): readonly string[] {
  const text = route.peek().query.get('phrases');
  if (text === null) return FIRST;
  const found = text.split(BETWEEN).map(tidy);
  return [...new Set(found)].filter((one) => one !== '' && one.length <= 400).slice(0, MOST);
}

/** The planes of the network's vectors and of the bags, and of which verb they are. */
interface Planes {
  readonly verb: string;
  readonly network: Plane;
  readonly bag: Plane;
}

export default function ContextPca({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const asked = route.peek().query.get('verb');
  const verb = useSignal<string>(VERBS.find(({ name }) => name === asked)?.name ?? 'see');
  const phrases = useSignal(askedPhrases());
  const planes = useSignal<Planes | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const told = useComputed(() =>
    tellings(VERBS.find(({ name }) => name === verb.value) ?? VERBS[0]),
  );
  const asks = useComputed(() => [...told.value.map(({ text }) => text), ...phrases.value]);
  const { known, failure } = useEncoded(engine, asks);
  useSignalEffect(() => {
    const list = phrases.value.join(BETWEEN);
    keepInAddress({
      text: sentence.value,
      verb: verb.value,
      // No phrases at all are a separator alone, as an empty text would be left out.
      phrases: list === FIRST.join(BETWEEN) ? undefined : list || BETWEEN,
    });
  });
  const vectors = useComputed(() => {
    const read = told.value.map(({ text }) => known.value.get(text));
    const whole = read.flatMap((one) => (one === undefined ? [] : [one]));
    if (whole.length < read.length) return undefined;
    const typed = phrases.value.flatMap((text) => {
      const one = known.value.get(text);
      return one === undefined ? [] : [{ text, ...one }];
    });
    const base = wordsIn(whole.map(({ tokens }) => tokens));
    // The words of the sentences come first, so that the plane has the first ones of the counts.
    const all = wordsIn([base, ...typed.map(({ tokens }) => tokens)]);
    return {
      network: whole.map(({ vector }) => vector),
      bag: whole.map(({ tokens }) => bagOf(tokens, all)),
      base,
      words: all,
      typed: typed.map(({ text, tokens, vector }) => {
        return { text, network: vector, bag: bagOf(tokens, all) };
      }),
    };
  });
  // The planes belong to the sentences of a verb alone.
  useSignalEffect(() => {
    const [found, name] = [vectors.value, verb.value];
    if (found === undefined || planes.peek()?.verb === name) return;
    const bags = found.bag.map((counts) => counts.slice(0, found.base.length));
    const of = (rows: readonly Vector[]) => engine.call((services) => services.planeOf(rows));
    void Promise.all([of(found.network), of(bags)]).then(
      ([network, bag]) => {
        if (verb.peek() === name) planes.value = { verb: name, network, bag };
      },
      (error: unknown) => {
        problem.value = error instanceof Error ? error.message : String(error);
      },
    );
  });
  const shown = useComputed(() => {
    const [found, both] = [vectors.value, planes.value];
    if (found === undefined || both === undefined || both.verb !== verb.value) return undefined;
    const of = (kind: 'network' | 'bag') => {
      const typed = found.typed.map((one) => one[kind]);
      return compare(told.value, found[kind], typed, both[kind]);
    };
    const typed = found.typed.map(({ text }) => text);
    return {
      tellings: told.value,
      typed,
      words: found.words,
      counted: found.base.length,
      network: of('network'),
      bag: of('bag'),
    };
  });
  const view = shown.value;
  const failed = problem.value ?? failure.value;
  return (
    <FigureFrame
      number={12}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1409.3215' }}
      notice={own.notice}
      numbers={
        view && {
          verb: verb.value,
          sentences: view.tellings,
          phrases: view.typed,
          words: view.words,
          network: view.network,
          bag: view.bag,
        }
      }
    >
      {failed !== undefined && <p role="alert">{failed}</p>}
      <div class="controls">
        <Choice
          label={own.verb}
          options={VERBS.map(({ name }) => [name, own.verbs[name]])}
          chosen={verb}
        />
      </div>
      <PhraseForm own={own} phrases={phrases} sentence={sentence} most={MOST} />
      {view === undefined ? (
        failed === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <PlaneViews own={own} {...view} />
          <Tables
            own={own}
            phrases={phrases}
            known={known.value}
            tellings={view.tellings}
            read={view.typed}
            network={view.network}
            bag={view.bag}
            hasFailed={failed !== undefined}
          />
          <p class="hint">{own.exact}</p>
        </>
      )}
    </FigureFrame>
  );
}
