/** "Check my GPU": kernels against float64, with a report to copy. */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import type { Engine } from '../../engine/engine';
import { keepInAddress, route } from '../../state/route';
import { saveFile } from '../../state/save';
import { language, words } from '../../state/settings';
import { Choice } from '../../widgets/choice';
import { ScrollRegion } from '../../widgets/scrollRegion';
import type { CheckProgress, OpResult } from './checkService';
import { useTask } from './useTask';
import { WORDS } from './words';

export interface CheckProps {
  readonly engine: Engine;
  readonly sentence: Signal<string>;
}

/** What can be checked: the operations that translators need most, or all. */
const SETS = {
  few: ['softmax', 'layerNorm', 'embedding', 'additiveAttention'],
  all: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type SetName = keyof typeof SETS;

export function Check({ engine, sentence }: CheckProps) {
  const own = WORDS[language.value].check;
  const set = useSignal<SetName>(route.peek().query.get('check') === 'all' ? 'all' : 'few');
  const isCopied = useSignal(false);
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      check: set.value === 'few' ? undefined : set.value,
    });
  });
  const task = useTask((onProgress: (progress: CheckProgress) => void, signal) =>
    engine.call(({ checkKernels }) => checkKernels(SETS[set.value], onProgress, signal)),
  );
  const { progress, result } = task;
  const now = task.isRunning.value ? progress.value : undefined;
  const ops = task.isRunning.value ? (now?.ops ?? []) : (result.value?.ops ?? []);
  const report = task.isRunning.value ? undefined : result.value?.report;
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      isCopied.value = true;
    } catch {
      // Without permission to copy there is still the file.
      saveFile('qkv-check.txt', 'text/plain', text);
    }
  };
  return (
    <section class="card" data-check={task.isRunning.value ? 'running' : report ? 'done' : 'none'}>
      <h2>{own.title}</h2>
      <p>{own.text}</p>
      {task.failure.value !== undefined && <p role="alert">{task.failure.value}</p>}
      <div class="controls">
        <Choice
          label={own.which}
          options={[
            ['few', own.sets.few],
            ['all', own.sets.all],
          ]}
          chosen={set}
        />
        {task.isRunning.value ? (
          <>
            <button type="button" class="look" onClick={task.stop} data-stop>
              {own.stop}
            </button>
            <progress value={now?.fraction ?? 0} aria-label={own.title} />
            <span>{now?.op}</span>
          </>
        ) : (
          <button
            type="button"
            class="look primary"
            onClick={() => {
              isCopied.value = false;
              void task.start();
            }}
            data-start
          >
            {own.start}
          </button>
        )}
      </div>
      {ops.length > 0 && <OpTable ops={ops} />}
      {report !== undefined && result.value !== undefined && (
        <>
          <p role="status">
            {own.candidates(result.value.candidates.count, result.value.candidates.wrong)}
          </p>
          <ScrollRegion label={own.report}>
            <pre data-report>{report}</pre>
          </ScrollRegion>
          <p>
            <button type="button" class="look" onClick={() => void copy(report)} data-copy>
              {isCopied.value ? own.copied : own.copy}
            </button>
          </p>
        </>
      )}
    </section>
  );
}

function OpTable({ ops }: { readonly ops: readonly OpResult[] }) {
  const own = WORDS[language.value].check;
  const { number } = words.value;
  return (
    <ScrollRegion label={own.results}>
      <table class="check-table">
        <thead>
          <tr>
            <th scope="col">{own.heads.op}</th>
            <th scope="col">{own.heads.right}</th>
            <th scope="col">{own.heads.wrong}</th>
          </tr>
        </thead>
        <tbody>
          {ops.map(({ op, right, wrong }) => (
            <tr key={op} data-op={op} data-right={right} data-wrong={wrong.length}>
              <th scope="row">
                <code>{op}</code>
              </th>
              <td class="right">{number(right)}</td>
              <td class={wrong.length > 0 ? 'wrong' : ''}>
                {number(wrong.length)}
                {wrong.map(({ name, fault }) => (
                  <p key={name}>
                    {name}: {fault}
                  </p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
