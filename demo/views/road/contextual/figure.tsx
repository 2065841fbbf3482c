/** A word with two meanings on its way through the encoder: one vector at first, then several. */

import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Engine } from '../../../engine/engine';
import { FIRST_MODEL } from '../../../engine/models';
import { useLook } from '../../../state/look';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { cosine } from '../lib/numbers';
import Formula from './formula.tex';
import { HOMOGRAPHS } from './homographs';
import { SenseRow } from './senseRow';
import { INSPECTED, STAGES, vectorsOf } from './stages';
import { StagesView } from './stagesView';
import { WORDS } from './words';
import './figure.css';

const NAMES = ['a', 'b', 'c'] as const;

function homograph(word: string | null) {
  return HOMOGRAPHS.find((one) => one.word === word) ?? HOMOGRAPHS[0];
}

/** A sentence of the address, and what the model makes of it. */
function useSense(engine: Engine, name: (typeof NAMES)[number], word: Signal<string>) {
  const usual = homograph(word.peek()).sentences[NAMES.indexOf(name)] ?? '';
  const text = useSignal((route.peek().query.get(name) ?? usual).slice(0, 200));
  const look = useLook(engine, FIRST_MODEL, text, () => ({ inspect: INSPECTED }));
  return { text, look };
}

export default function Contextual({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const word = useSignal(homograph(route.peek().query.get('word')).word);
  const senses = [
    useSense(engine, 'a', word),
    useSense(engine, 'b', word),
    useSense(engine, 'c', word),
  ];
  // Another word brings its own sentences.
  const sentencesOf = useRef(word.peek());
  useSignalEffect(() => {
    if (sentencesOf.current === word.value) return;
    sentencesOf.current = word.value;
    const { sentences } = homograph(word.value);
    senses.forEach(({ text }, i) => {
      text.value = sentences[i] ?? '';
    });
  });
  useSignalEffect(() => {
    const { sentences } = homograph(word.value);
    const texts = senses.map(({ text }, i) =>
      text.value === sentences[i] ? undefined : text.value,
    );
    keepInAddress({
      text: sentence.value,
      word: word.value,
      ...Object.fromEntries(NAMES.map((name, i) => [name, texts[i]])),
    });
  });
  const shown = useComputed(() => {
    const read = senses.map(({ look }) => {
      const translation = look.translation.value;
      const place = translation?.sourceTokens.indexOf(word.value) ?? -1;
      if (translation === undefined || place < 0) return undefined;
      const { source, target } = translation;
      return { text: source, translation: target, place, vectors: vectorsOf(translation, place) };
    });
    const [a, b, c] = read;
    if (a === undefined || b === undefined || c === undefined) return undefined;
    const alike = (one: typeof a) =>
      STAGES.map((_, i) => cosine(a.vectors[i] ?? [], one.vectors[i] ?? []));
    return { word: word.value, sentences: [a, b, c], other: alike(b), same: alike(c) };
  });
  const view = shown.value;
  return (
    <FigureFrame
      number={15}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1802.05365' }}
      notice={own.notice}
      numbers={view && { stages: STAGES, ...view }}
    >
      <div class="controls">
        <Choice
          label={own.word}
          options={HOMOGRAPHS.map((one) => [one.word, one.word])}
          chosen={word}
        />
      </div>
      <ol class="senses">
        {senses.map(({ text, look }, i) => (
          <SenseRow key={i} own={own} index={i} word={word.value} text={text} look={look} />
        ))}
      </ol>
      {view === undefined ? (
        senses.every(({ look }) => look.translation.value === undefined) && (
          <p class="hint">{words.value.loading} …</p>
        )
      ) : (
        <StagesView own={own} {...view} />
      )}
    </FigureFrame>
  );
}
