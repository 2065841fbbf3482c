/** The pinned unit: its gates, and its candidate, cell and state, over the words. */
import { language } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import { percent } from '../../../widgets/percent';
import { keptToTheEnd, type Layer, type Part, unitOf } from './lstm';
import { END } from './view';
import { WORDS } from './words';

export interface UnitProps {
  readonly layer: Layer;
  /** The layer as it is without the clamp, where there is one. */
  readonly before: Layer | undefined;
  readonly unit: number;
  /** In the order of reading. */
  readonly read: readonly string[];
}

const HEIGHT = 260;

export function Unit({ layer, before, unit, read }: UnitProps) {
  const own = WORDS[language.value];
  const kept = keptToTheEnd(unitOf(layer.f, unit));
  // A network that reads from the end begins with what is no word.
  const first = read[0] === END ? 1 : 0;
  const curve = (part: Part, colour: string) => ({
    name: own.parts[part],
    colour,
    values: unitOf(layer[part], unit),
  });
  const common = {
    x: read.map((_, t) => t),
    names: read,
    xLabel: own.axis,
    yLabel: own.value,
    height: HEIGHT,
  };
  return (
    <section data-unit={unit} data-kept={kept[first]}>
      <h2 class="unit-title">{own.chart(unit + 1)}</h2>
      <div class="unit-charts">
        <Chart
          label={own.gates(unit + 1)}
          curves={[
            curve('f', '--weight'),
            curve('i', '--key'),
            curve('o', '--value'),
            { name: own.kept, colour: '--wrong', isDashed: true, values: kept },
          ]}
          range={[-0.02, 1.02]}
          {...common}
        />
        <Chart
          label={own.states(unit + 1)}
          curves={[
            curve('g', '--edge'),
            curve('c', '--activation'),
            curve('h', '--query'),
            ...(before === undefined
              ? []
              : [
                  {
                    name: own.before,
                    colour: '--activation',
                    isDashed: true,
                    values: unitOf(before.c, unit),
                  },
                ]),
          ]}
          {...common}
        />
      </div>
      <p class="hint">{own.keptText(unit + 1, read[first] ?? '', percent(kept[first] ?? 0))}</p>
    </section>
  );
}
