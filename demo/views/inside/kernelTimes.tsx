/** The time of a plan's kernels on the visitor's GPU, measured when it is asked for. */
import { language, words } from '../../state/settings';
import type { Profiled } from './profileService';
import { WORDS } from './words';

interface KernelTime {
  readonly kernel: string;
  readonly count: number;
  readonly milliseconds: number;
}

/** The time of each kernel in all its dispatches, the longest first. */
function timesByKernel(times: Profiled['times']): readonly KernelTime[] {
  const found = new Map<string, KernelTime>();
  for (const { kernel, milliseconds } of times) {
    const before = found.get(kernel) ?? { kernel, count: 0, milliseconds: 0 };
    found.set(kernel, {
      kernel,
      count: before.count + 1,
      milliseconds: before.milliseconds + milliseconds,
    });
  }
  return [...found.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

interface KernelTimesProps {
  readonly profiled: Profiled | undefined;
  readonly isRunning: boolean;
  onMeasure(): void;
}

export function KernelTimes({ profiled, isRunning, onMeasure }: KernelTimesProps) {
  const own = WORDS[language.value].plan;
  const { number } = words.value;
  const kernels = timesByKernel(profiled?.times ?? []);
  const total = kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const most = Math.max(1e-9, ...kernels.map(({ milliseconds }) => milliseconds));
  const [first] = profiled?.times ?? [];
  return (
    <section class="kernel-times">
      <h2>{own.times}</h2>
      <p>
        <button type="button" class="look" disabled={isRunning} onClick={onMeasure} data-measure>
          {isRunning ? own.measuring : own.measure}
        </button>
      </p>
      {profiled !== undefined && (
        <>
          <p class="hint" role="status">
            {own.total(number(total, 3), first?.clock === 'gpu', profiled.adapter)}
          </p>
          <table>
            <thead>
              <tr>
                <th scope="col">{own.kernel}</th>
                <th scope="col">{own.count}</th>
                <th scope="col">ms</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {kernels.map(({ kernel, count, milliseconds }) => (
                <tr key={kernel} data-kernel={kernel} data-milliseconds={milliseconds}>
                  <th scope="row">
                    <code>{kernel}</code>
                  </th>
                  <td>{count}</td>
                  <td>{number(milliseconds, 3)}</td>
                  <td>
                    <meter min={0} max={1} value={milliseconds / most} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
