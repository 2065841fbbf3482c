/** The cosines as curves, and the vectors themselves at each stage. */
import { words } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { STAGES, type Vector } from './stages';
import type { WORDS } from './words';

export interface StagesViewProps {
  readonly own: (typeof WORDS)['en'];
  readonly word: string;
  readonly sentences: readonly { readonly vectors: readonly Vector[] }[];
  /** Cosines by stage of the two senses, and of two uses of one sense. */
  readonly other: readonly number[];
  readonly same: readonly number[];
}

/** The places of the axis. */
const PLACES = STAGES.map((_, i) => i);

export function StagesView({ own, word, sentences, other, same }: StagesViewProps) {
  const least = Math.min(...other, ...same);
  // A tenth below the curves.
  const floor = Math.max(-1, Math.floor(least * 10 - 0.5) / 10);
  const names = STAGES.map((stage) => own.stages[stage]);
  const number = (value: number) => words.value.number(value, 3);
  return (
    <>
      <section>
        <h2>{own.chart(word)}</h2>
        <Chart
          label={own.chart(word)}
          x={PLACES}
          names={names}
          curves={[
            { name: own.pairs.other, values: other, colour: '--activation' },
            { name: own.pairs.same, values: same, colour: '--edge', isDashed: true },
          ]}
          xLabel={own.stage}
          yLabel={own.cosine}
          range={[floor, 1.02]}
          height={260}
        />
      </section>
      <section>
        <h2>{own.vectors(word)}</h2>
        <ScrollRegion label={own.vectors(word)}>
          <table class="stages">
            <thead>
              <tr>
                <th scope="col">{own.stage}</th>
                {own.letters.map((letter) => (
                  <th key={letter} scope="col">
                    {letter}
                  </th>
                ))}
                <th scope="col" class="number">
                  cos {own.pairs.other}
                </th>
                <th scope="col" class="number">
                  cos {own.pairs.same}
                </th>
              </tr>
            </thead>
            <tbody>
              {STAGES.map((stage, i) => (
                <tr key={stage} data-stage={stage}>
                  <th scope="row">{own.stages[stage]}</th>
                  {sentences.map(({ vectors }, s) => (
                    <td key={s} class="strip-cell">
                      <VectorStrip
                        values={vectors[i] ?? []}
                        most={most(sentences, i)}
                        of="activation"
                        label={own.vector(own.letters[s] ?? '', own.stages[stage])}
                      />
                    </td>
                  ))}
                  <td class="number" data-cosine={other[i]}>
                    {number(other[i] ?? 0)}
                  </td>
                  <td class="number" data-cosine={same[i]}>
                    {number(same[i] ?? 0)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </section>
    </>
  );
}

/** The largest magnitude of a stage, the same for all sentences. */
function most(sentences: StagesViewProps['sentences'], stage: number): number {
  const all = sentences.flatMap(({ vectors }) => vectors[stage] ?? []);
  return Math.max(1e-9, ...all.map(Math.abs));
}
