/** How the runs go: their curves, and what a run in view does, tells and writes. */
import { useComputed, useSignal } from '@preact/signals';
import { saveFile } from '../../state/save';
import { language } from '../../state/settings';
import { Chart, type Curve } from '../../widgets/chart';
import { Choice } from '../../widgets/choice';
import { csvOf, curvesOf, METRICS, type Metric } from './curves';
import type { RunView, Training } from './training';
import { WORDS } from './words';

/** Colours of runs, in their order. */
const RUN_COLOURS = ['--query', '--key', '--value', '--weight', '--wrong', '--edge'] as const;

/** The colour of a run. */
export function colourOf(index: number): string {
  return RUN_COLOURS[index % RUN_COLOURS.length] ?? '--ink';
}

/** '2 · transformer'. */
export function runName(run: RunView, runs: readonly RunView[]): string {
  return `${runs.indexOf(run) + 1} · ${run.recipe.kind}`;
}

export function Curves({ training }: { readonly training: Training }) {
  const own = WORDS[language.value];
  const metric = useSignal<Metric>('loss');
  const found = useComputed(() => {
    const runs = training.runs.value;
    const courses = runs.map((run) => ({ name: runName(run, runs), log: run.log }));
    const { steps, curves } = curvesOf(courses, metric.value);
    const named = curves
      .filter(({ values }) => values.some((value) => value !== null))
      .map(({ run, what, values }): Curve => {
        const name = courses[run]?.name ?? '';
        return {
          name: what === 'value' ? name : `${name}, ${own.curves[what]}`,
          values,
          colour: what === 'baseline' ? '--muted' : colourOf(run),
          isDashed: what !== 'training' && what !== 'value',
        };
      });
    return { steps, curves: named };
  });
  const { steps, curves } = found.value;
  const isEmpty = curves.length === 0;
  return (
    <section class="curves card" aria-label={own.chart} data-points={steps.length}>
      <div class="controls">
        <Choice
          label={own.metric}
          options={METRICS.map((name) => [name, own.metrics[name]])}
          chosen={metric}
        />
        {!isEmpty && (
          <button
            type="button"
            class="look"
            data-save="curves"
            onClick={() => saveFile('qkv-curves.csv', 'text/csv', csvOf(steps, curves))}
          >
            {own.saveCurves}
          </button>
        )}
      </div>
      {isEmpty ? (
        <p class="chart-empty">{own.empty}</p>
      ) : (
        <Chart
          label={own.chart}
          x={steps}
          curves={curves}
          xLabel={own.stepsAxis}
          yLabel={own.metrics[metric.value]}
          height={340}
          digits={metric.value === 'rate' ? 6 : 3}
        />
      )}
      <p class="for-readers" aria-live="polite">
        {training.runs.value.map((run) => own.states[run.state]).join(', ')}
      </p>
    </section>
  );
}
