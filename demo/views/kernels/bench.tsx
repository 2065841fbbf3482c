/** How fast single operations are on the visitor's GPU. */
import type { Engine } from '../../engine/engine';
import { saveFile } from '../../state/save';
import { language, words } from '../../state/settings';
import { ScrollRegion } from '../../widgets/scrollRegion';
import { useTask } from './useTask';
import { WORDS } from './words';
import { WORKLOAD_NAMES } from './workloads';

export function Bench({ engine }: { readonly engine: Engine }) {
  const own = WORDS[language.value].bench;
  const task = useTask((onProgress: (fraction: number) => void, signal) =>
    engine.call(({ benchKernels }) => benchKernels(onProgress, signal)),
  );
  const found = task.result.value;
  const { number } = words.value;
  const rates = (found?.times ?? []).map(({ flops, medianMs }) => flops / medianMs / 1e6);
  const most = Math.max(1e-9, ...rates);
  return (
    <section class="card" data-bench={task.isRunning.value ? 'running' : found ? 'done' : 'none'}>
      <h2>{own.title}</h2>
      <p>{own.text}</p>
      {task.failure.value !== undefined && <p role="alert">{task.failure.value}</p>}
      <div class="controls">
        {task.isRunning.value ? (
          <>
            <button type="button" class="look" onClick={task.stop} data-stop>
              {own.stop}
            </button>
            <progress value={task.progress.value ?? 0} aria-label={own.title} />
          </>
        ) : (
          <button type="button" class="look primary" onClick={() => void task.start()} data-start>
            {own.start}
          </button>
        )}
      </div>
      <ScrollRegion label={own.title}>
        <table class="bench-table">
          <thead>
            <tr>
              <th scope="col">{own.heads.work}</th>
              <th scope="col">{own.heads.dispatches}</th>
              <th scope="col">{own.heads.time}</th>
              <th scope="col">{own.heads.rate}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {WORKLOAD_NAMES.map((name, i) => {
              const time = found?.times.find((one) => one.name === name);
              return (
                <tr key={name} data-workload={name} data-milliseconds={time?.medianMs}>
                  <th scope="row">{own.workloads[name]}</th>
                  <td>{time ? number(time.dispatches) : '–'}</td>
                  <td>{time ? `${number(time.medianMs, 3)} ms` : '–'}</td>
                  <td data-rate={rates[i]}>{time ? number(rates[i] ?? 0, 1) : '–'}</td>
                  <td>{time && <meter min={0} max={1} value={(rates[i] ?? 0) / most} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
      {found !== undefined && (
        <p class="figure-actions">
          <span class="hint">{own.measured(found.adapter)}</span>
          <button
            type="button"
            class="look"
            data-save="numbers"
            onClick={() =>
              saveFile('qkv-kernels.json', 'application/json', JSON.stringify(found, null, 1))
            }
          >
            {words.value.save}
          </button>
        </p>
      )}
    </section>
  );
}
