/** The visitor's words as numbers: one-hot rows, a bag of words, learnt vectors. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Translation } from 'qkv';
import { FIRST_MODEL } from '../../../engine/models';
import { askedIndex } from '../../../state/asked';
import { useLook } from '../../../state/look';
import { keepInAddress } from '../../../state/route';
import { language, words as pageWords } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import { Slider } from '../../../widgets/slider';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { rowsOf } from '../wordVectors/vectors';
import { costsOf, countsOf, idsOf } from './encode';
import Formula from './formula.tex';
import { Costs, Encoded } from './parts';
import { WORDS } from './words';
import './encodings.css';

/** Sizes of the vocabulary. */
const [LEAST, MOST, STEP] = [10, 1000, 10];

/** The name of the place of all words that the vocabulary lacks. */
const UNKNOWN = '<unk>';

/** Sizes that the curves have points for: round ones, and the one that is chosen. */
function sizesWith(chosen: number): readonly number[] {
  const round = Array.from({ length: 10 }, (_, i) => ((i + 1) * MOST) / 10);
  return [...new Set([LEAST, ...round, chosen])].sort((a, b) => a - b);
}

/**
 * The translator's vectors of the words of a sentence: what enters its encoder, without positions and the
 * factor √d of Vaswani et al. 2017, section 3.4.
 */
function vectorsOf(translation: Translation | undefined): readonly (readonly number[])[] {
  const { 'src_embed.output': output, 'src_embed.positions': positions } =
    translation?.inspected?.values ?? {};
  const size = output?.shape.at(-1) ?? 0;
  if (output === undefined || positions === undefined || size === 0) return [];
  const places = rowsOf(positions.data, size);
  return rowsOf(output.data, size).map((row, t) =>
    row.map((value, i) => (value - (places[t]?.[i] ?? 0)) / Math.sqrt(size)),
  );
}

export default function Encodings({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const asked = askedIndex('vocabulary', 300, MOST, LEAST);
  const size = useSignal(Math.round(asked / STEP) * STEP);
  const frequent = useSignal<readonly string[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    engine
      .call((services) => services.frequentWords(MOST))
      .then(
        (found) => {
          frequent.value = found;
        },
        (error: unknown) => {
          problem.value = error instanceof Error ? error.message : String(error);
        },
      );
  }, []);
  const { translation, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: ['src_embed.*'],
  }));
  useSignalEffect(() => {
    keepInAddress({ text: sentence.value, vocabulary: String(size.value) });
  });
  const view = useComputed(() => {
    const [all, found] = [frequent.value, translation.value];
    if (all === undefined || found === undefined) return undefined;
    const vocabulary = [UNKNOWN, ...all].slice(0, size.value);
    const words = found.sourceTokens;
    const missing = new Set(
      found.sourceMarks.flatMap((mark, i) => (mark === undefined ? [] : [i])),
    );
    const rows = vectorsOf(found);
    const vectors = words.map((_, i) => (missing.has(i) ? undefined : rows[i]));
    const ids = idsOf(words, vocabulary);
    const vectorSize = rows[0]?.length ?? 0;
    return {
      words,
      vocabulary,
      ids,
      counts: countsOf(ids, vocabulary.length),
      vectors,
      vectorSize,
      costs: costsOf(ids, vocabulary.length, vectorSize),
    };
  });
  const seen = view.value;
  const trouble = failure.value ?? problem.value;
  const vectorSize = seen?.vectorSize ?? 0;
  const [sizes, curves] = useMemo(() => {
    const all = sizesWith(size.value);
    const values = (of: (width: number) => number | null) => all.map(of);
    return [
      all,
      [
        { name: own.costs.rows, values: values((width) => 4 * width), colour: '--query' },
        { name: own.costs.vectors, values: values(() => 4 * vectorSize), colour: '--activation' },
        {
          name: own.here,
          values: values((width) => (width === size.value ? 4 * width : null)),
          colour: '--weight',
        },
      ],
    ] as const;
  }, [own, vectorSize, size.value]);
  return (
    <FigureFrame
      number={2}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://www.jmlr.org/papers/v3/bengio03a.html' }}
      notice={own.notice}
      numbers={seen && { sentence: sentence.value, ...seen }}
    >
      {trouble !== undefined && <p role="alert">{trouble}</p>}
      <div class="controls">
        <Slider
          label={own.vocabulary}
          value={size}
          min={LEAST}
          max={MOST}
          step={STEP}
          format={(value) => pageWords.value.number(value)}
        />
      </div>
      {seen === undefined ? (
        trouble === undefined && <p class="hint">{own.loading} …</p>
      ) : (
        <>
          <Encoded own={own} {...seen} />
          <Costs own={own} costs={seen.costs} />
          <Chart
            label={own.chart}
            x={sizes}
            curves={curves}
            xLabel={own.vocabulary}
            yLabel={own.bytesOfWord}
            height={240}
            digits={0}
          />
        </>
      )}
    </FigureFrame>
  );
}
