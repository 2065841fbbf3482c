/** The cost of reading word after word: an LSTM against a transformer's layer, measured here. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { codeOf } from '../../../engine/engine';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import { Choice } from '../../../widgets/choice';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import Formula from './formula.tex';
import { BATCHES, type Dispatched, LAYERS, type LayerName, LENGTHS } from './layers';
import recorded from './recorded.json' with { type: 'json' };
import type { Measurement } from './service';
import './sequential.css';
import { Timeline } from './timeline';
import { WORDS } from './words';

const RECORDED: { readonly command: string; readonly measurements: readonly Measurement[] } =
  recorded as never;

type Plans = Readonly<Record<LayerName, readonly Dispatched[]>>;

/** One of a list that the address asks for. */
function asked<T extends number>(name: string, list: readonly T[], usual: T): T {
  const value = Number(route.peek().query.get(name));
  return list.find((one) => one === value) ?? usual;
}

export default function SequentialCost({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const batch = useSignal<number>(asked('batch', BATCHES, 1));
  const length = useSignal<number>(asked('length', LENGTHS, 24));
  const live = useSignal<Readonly<Record<number, Measurement>>>({});
  const progress = useSignal<number | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const plans = useSignal<Plans | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      batch: String(batch.value),
      length: String(length.value),
    });
  });
  const say = (error: unknown) => {
    failure.value = error instanceof Error ? error.message : String(error);
  };
  useSignalEffect(() => {
    const [n, b] = [length.value, batch.value];
    let isLeft = false;
    engine
      .call(({ sequentialPlan }) => sequentialPlan(n, b))
      .then(
        (found) => {
          if (!isLeft) plans.value = found;
        },
        (error: unknown) => {
          if (!isLeft) say(error);
        },
      );
    return () => {
      isLeft = true;
    };
  });
  const shown = useComputed(() => {
    const measured = live.value[batch.value];
    const before = RECORDED.measurements.find((one) => one.batch === batch.value);
    const measurement = measured ?? before;
    return measurement && { isLive: measured !== undefined, measurement };
  });
  const measure = async () => {
    const own = new AbortController();
    running.current = own;
    const asked = batch.value;
    let last = 0;
    progress.value = 0;
    failure.value = undefined;
    try {
      const found = await engine.call(({ sequential }) =>
        sequential(
          asked,
          (fraction) => {
            // At most four times a second: drawing takes time from what is measured.
            if (performance.now() - last < 250 || own.signal.aborted) return;
            last = performance.now();
            progress.value = fraction;
          },
          own.signal,
        ),
      );
      live.value = { ...live.value, [asked]: found };
    } catch (error) {
      if (!own.signal.aborted && codeOf(error) !== 'aborted') say(error);
    } finally {
      progress.value = undefined;
    }
  };
  const view = shown.value;
  const { number } = words.value;
  const timesOf = (layer: LayerName) =>
    LENGTHS.map(
      (n) =>
        view?.measurement.measured.find((one) => one.layer === layer && one.length === n)
          ?.milliseconds ?? null,
    );
  const calls = plans.value;
  const room = Math.max(1, ...LAYERS.map((layer) => calls?.[layer].length ?? 1));
  return (
    <FigureFrame
      number={14}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1706.03762' }}
      notice={own.notice}
      numbers={
        view &&
        calls && {
          origin: view.isLive ? 'live' : 'recorded',
          ...(view.isLive ? {} : { command: RECORDED.command }),
          ...view.measurement,
          length: length.value,
          forward: calls,
        }
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      <div class="controls">
        <Choice
          label={own.batch}
          options={BATCHES.map((count) => [count, String(count)])}
          chosen={batch}
        />
        <Choice
          label={own.length}
          options={LENGTHS.map((count) => [count, String(count)])}
          chosen={length}
        />
      </div>
      {view !== undefined && (
        <>
          <Chart
            label={own.chart}
            x={LENGTHS}
            xLabel={own.xLabel}
            yLabel={own.yLabel}
            curves={[
              {
                name: own.layers.lstm ?? '',
                values: timesOf('lstm'),
                colour: '--activation',
              },
              {
                name: own.layers.transformer ?? '',
                values: timesOf('transformer'),
                colour: '--weight',
              },
            ]}
          />
          <p class="hint" data-origin={view.isLive ? 'live' : 'recorded'}>
            {view.isLive
              ? own.live(view.measurement.adapter)
              : own.recorded(view.measurement.adapter, RECORDED.command)}{' '}
            {own.parameters(
              number(view.measurement.parameters.lstm),
              number(view.measurement.parameters.transformer),
            )}
          </p>
        </>
      )}
      <p class="measure-row">
        <button
          type="button"
          class="look"
          disabled={progress.value !== undefined}
          onClick={() => void measure()}
          data-measure
        >
          {view?.isLive ? own.again : own.measure}
        </button>
        {progress.value !== undefined && (
          <>
            <button type="button" class="look" onClick={() => running.current?.abort()} data-stop>
              {own.stop}
            </button>
            <progress value={progress.value} aria-label={own.measure} />
            <span>{own.progress(number(100 * progress.value))}</span>
          </>
        )}
      </p>
      {calls !== undefined && (
        <>
          <h2 class="sequential-heading">{own.timelines(length.value)}</h2>
          {LAYERS.map((layer) => (
            <Timeline
              key={layer}
              name={layer}
              dispatches={calls[layer]}
              length={length.value}
              room={room}
            />
          ))}
        </>
      )}
    </FigureFrame>
  );
}
