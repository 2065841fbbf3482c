/** BLEU by length: what was recorded, what is measured here, and the visitor's sentence. */
import { useMemo } from 'preact/hooks';
import { MODELS } from '../../../engine/models';
import { words } from '../../../state/settings';
import { Chart, type Curve } from '../../../widgets/chart';
import { MEASURED, middleOf, RECORDED } from './lengths';
import type { Measured } from './measure';
import type { Outcome } from './state';
import type { WORDS } from './words';

export interface CurvesProps {
  readonly length: number;
  readonly outcomes: readonly Outcome[];
  readonly measured: readonly Measured[];
  readonly own: (typeof WORDS)['en'];
}

/** The colours of the models. */
const COLOURS: Readonly<Record<string, string>> = {
  'toy-seq2seq': '--activation',
  'toy-bahdanau': '--key',
  'toy-transformer': '--query',
};

export function Curves({ length, outcomes, measured, own }: CurvesProps) {
  const { generations } = words.value;
  const { x, curves } = useMemo(() => {
    const places = [...RECORDED.bands.map(middleOf), ...MEASURED.map(middleOf), length];
    const x = [...new Set(places)].filter((place) => place > 0).sort((a, b) => a - b);
    const curve = (
      name: string,
      points: readonly (readonly [x: number, y: number | undefined])[],
      more: Partial<Curve>,
    ): Curve => {
      const known = new Map(points);
      return { name, values: x.map((place) => known.get(place) ?? null), ...more };
    };
    const curves = MODELS.flatMap(({ name: model }): Curve[] => {
      const name = generations[model]?.name ?? model;
      const colour = COLOURS[model] ?? '--edge';
      const here = measured.filter((one) => one.model === model);
      const bleu = RECORDED.bleu[model] ?? [];
      const outcome = outcomes.find((one) => one.model === model);
      return [
        curve(
          name,
          RECORDED.bands.map((band, i) => [middleOf(band), bleu[i]]),
          { colour },
        ),
        ...(here.length > 0
          ? [
              curve(
                own.here(name),
                here.map((one) => [middleOf(one), one.bleu]),
                {
                  colour,
                  isDashed: true,
                },
              ),
            ]
          : []),
        curve(own.dot(name), [[length, outcome?.bleu]], { colour, isDots: true }),
      ];
    });
    return { x, curves };
  }, [length, outcomes, measured, own, generations]);
  return (
    <Chart
      label={own.chart}
      {...{ x, curves }}
      xLabel={own.x}
      yLabel={own.y}
      range={[0, 104]}
      digits={1}
    />
  );
}
