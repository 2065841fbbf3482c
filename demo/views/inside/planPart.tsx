/** The plan that a translator runs: its fused steps, its buffers, and the time of its kernels. */

import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { Explanation } from 'qkv/graph';
import { modelFolder } from '../../engine/models';
import { language, words } from '../../state/settings';
import { Choice } from '../../widgets/choice';
import { ScrollRegion } from '../../widgets/scrollRegion';
import { Slider } from '../../widgets/slider';
import { KernelTimes } from './kernelTimes';
import { PartFrame, type PartProps } from './partFrame';
import { PlanPicture } from './planPicture';
import type { Profiled } from './profileService';
import { PLAN_KINDS } from './state';
import { WORDS } from './words';
import './plan.css';

export function PlanPart({ engine, state, model }: PartProps) {
  const own = WORDS[language.value].plan;
  const folder = modelFolder(model);
  const explanation = useSignal<Explanation | undefined>(undefined);
  const profiled = useSignal<Profiled | undefined>(undefined);
  const isRunning = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const step = useSignal(0);
  const say = (error: unknown) => {
    failure.value = error instanceof Error ? error.message : String(error);
  };
  useSignalEffect(() => {
    const kind = state.plan.value;
    let isLeft = false;
    profiled.value = undefined;
    engine
      .call(({ insidePlan }) => insidePlan(folder, kind))
      .then(
        (found) => {
          if (isLeft) return;
          failure.value = undefined;
          step.value = Math.min(step.peek(), found.steps.length - 1);
          explanation.value = found;
        },
        (error: unknown) => {
          if (!isLeft) say(error);
        },
      );
    return () => {
      isLeft = true;
    };
  });
  const measure = async () => {
    const kind = state.plan.value;
    isRunning.value = true;
    try {
      const found = await engine.call(({ insideProfile }) => insideProfile(folder, kind));
      if (state.plan.peek() === kind) profiled.value = found;
    } catch (error) {
      say(error);
    } finally {
      isRunning.value = false;
    }
  };
  const plan = explanation.value;
  const chosen = useComputed(() => explanation.value?.steps[step.value]);
  const { number } = words.value;
  const bytes = (count: number) => own.bytes(scaled(count));
  const operations = (count: number) => own.operations(scaled(count));
  return (
    <PartFrame
      name="plan"
      title={own.title}
      text={own.text}
      notice={own.notice}
      failure={failure.value}
      numbers={plan && { model, kind: state.plan.value, ...plan, profile: profiled.value }}
    >
      <div class="controls">
        <Choice
          label={own.which}
          options={PLAN_KINDS.map((kind) => [kind, own.kinds[kind]])}
          chosen={state.plan}
        />
      </div>
      {plan !== undefined && (
        <>
          <dl class="statistics">
            {(
              [
                ['steps', number(plan.steps.length)],
                ['ops', number(plan.steps.reduce((sum, { ops }) => sum + ops.length, 0))],
                ['dispatches', number(plan.dispatches)],
                ['buffers', number(plan.storages.length)],
                ['memory', bytes(plan.peakBytes.owned + plan.peakBytes.state)],
                ['flops', operations(plan.flops)],
                ['bytes', bytes(plan.bytes)],
              ] as const
            ).map(([key, text]) => (
              <div key={key}>
                <dt>{own.totals[key]}</dt>
                <dd data-total={key}>{text}</dd>
              </div>
            ))}
          </dl>
          <PlanPicture plan={plan} step={step} bytes={bytes} />
          <Slider
            label={own.step}
            value={step}
            min={0}
            max={plan.steps.length - 1}
            step={1}
            format={(at) => `${at + 1} / ${plan.steps.length}`}
          />
          {chosen.value !== undefined && (
            <dl class="plan-step" data-step={chosen.value.step}>
              <dt>{own.stepOps}</dt>
              <dd>
                {chosen.value.ops.map((op, i) => (
                  <code key={i}>{op}</code>
                ))}
              </dd>
              <dt>{own.stepKernels}</dt>
              <dd>
                {[...new Set(chosen.value.kernels)].map((kernel) => (
                  <code key={kernel}>{kernel}</code>
                ))}{' '}
                {chosen.value.kernels.length * chosen.value.times > 1 &&
                  own.dispatched(chosen.value.kernels.length * chosen.value.times)}
              </dd>
              <dt>{own.stepWrites}</dt>
              <dd>
                {chosen.value.writes.map((write) => (
                  <code key={write}>{write.replace('@', '#')}</code>
                ))}
              </dd>
              <dt>{own.stepWork}</dt>
              <dd>{own.work(operations(chosen.value.flops), bytes(chosen.value.bytes))}</dd>
            </dl>
          )}
          <details class="numbers">
            <summary>{own.asTable}</summary>
            <ScrollRegion label={own.asTable}>
              <table class="plan-table">
                <thead>
                  <tr>
                    {[own.step, own.stepOps, own.stepKernels, own.stepWrites].map((head) => (
                      <th key={head} scope="col">
                        {head}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {plan.steps.map((one) => (
                    <tr key={one.step}>
                      <th scope="row">{one.step + 1}</th>
                      <td>{one.ops.join(' + ')}</td>
                      <td>{[...new Set(one.kernels)].join(', ')}</td>
                      <td>{one.writes.join(', ').replaceAll('@', '#')}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </details>
          <KernelTimes
            profiled={profiled.value}
            isRunning={isRunning.value}
            onMeasure={() => void measure()}
          />
        </>
      )}
    </PartFrame>
  );
}

/** A number with at most one decimal, and the power of a thousand that it counts. */
function scaled(count: number): readonly [text: string, power: 0 | 1 | 2 | 3] {
  const power = count < 1e3 ? 0 : count < 1e6 ? 1 : count < 1e9 ? 2 : 3;
  return [words.value.number(count / 1000 ** power, power === 0 ? 0 : 1), power];
}
