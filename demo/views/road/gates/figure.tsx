/** The gates of an LSTM over the visitor's sentence, and what a clamped gate changes. */
import { language, words } from '../../../state/settings';
import { scientific } from '../../../widgets/powers';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { Controls } from './controls';
import Formula from './formula.tex';
import { largestDifference, nameOf, PARTS, PLACES } from './lstm';
import { Output } from './output';
import { useSettings } from './settings';
import { Strips } from './strips';
import { Unit } from './unit';
import { type GatesOfProps, useView, type View } from './view';
import { WORDS } from './words';
import './gates.css';

export default function Gates(props: FigureProps) {
  const settings = useSettings(props.sentence);
  const place = PLACES.find(({ name }) => name === settings.place.value);
  // Another network is another look inside.
  return place && <GatesOf key={place.name} {...props} place={place} settings={settings} />;
}

/** All that the picture is made of; steps are in the order of reading. */
function numbersOf(view: View, { place, settings }: GatesOfProps): object {
  const { clamp, to, scope } = settings;
  return {
    sentence: view.plain.source,
    model: place.model,
    values: PARTS.map((part) => nameOf(part, place)),
    read: view.read,
    unit: view.unit + 1,
    order: view.order.map((unit) => unit + 1),
    clamp: clamp.value !== 'none' && {
      gate: clamp.value,
      to: to.value,
      units: scope.value === 'all' ? 'all' : [view.unit + 1],
    },
    output: (view.changed ?? view.plain).tokens,
    outputWithoutClamp: view.plain.tokens,
    cellWithoutClamp: view.before.c,
    ...view.layer,
  };
}

function GatesOf(props: GatesOfProps) {
  const { settings } = props;
  const own = WORDS[language.value];
  const { view: shown, failure } = useView(props);
  const view = shown.value;
  const isClamped = settings.clamp.value !== 'none';
  return (
    <FigureFrame
      number={8}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://doi.org/10.1162/neco.1997.9.8.1735' }}
      notice={own.notice}
      numbers={
        view && (isClamped && view.changed === undefined ? undefined : numbersOf(view, props))
      }
    >
      <Controls settings={settings} shown={shown} />
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {view === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <Output plain={view.plain.tokens} changed={view.changed?.tokens} isClamped={isClamped} />
          <Strips view={view} settings={settings} />
          <Unit
            layer={view.layer}
            before={view.changed && view.before}
            unit={view.unit}
            read={view.read}
          />
          <p class="hint" data-difference={largestDifference(view.layer)}>
            {own.agreement(scientific(largestDifference(view.layer)))}
          </p>
        </>
      )}
    </FigureFrame>
  );
}
