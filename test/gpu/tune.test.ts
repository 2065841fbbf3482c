/** Tuning measures what plans ask for and decides by it; profiles and traces name every dispatch. */

import { AbortedError, NO_TUNING } from 'qkv';
import {
  chromeTrace,
  compileGraph,
  explain,
  lowerPlan,
  ops,
  Program,
  profile,
  StateStore,
  trace,
  tune,
} from 'qkv/graph';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

const plan = compileGraph(
  trace((inputs) => ({ outputs: { y: ops.argmax(inputs('x')) } }), {
    inputs: { x: { dtype: 'f32', shape: [40, 30] } },
  }),
);

describe('tune', () => {
  it('measures every candidate once, keeps the result, and leaves nothing on the device', async () => {
    const before = device().liveBytes;
    const { tuning, measured, left } = await tune(device(), [plan, plan]);
    expect(device().liveBytes).toBe(before);
    expect(left).toEqual([]);
    const [choice] = lowerPlan(plan, device().target).flatMap(({ choices }) => choices);
    expect(measured.map(({ shapeClass }) => shapeClass)).toEqual([choice?.shapeClass]);
    const [result] = measured;
    expect(result?.times.map(({ candidate }) => candidate)).toEqual(choice?.candidates);
    for (const { milliseconds = 0 } of result?.times ?? []) expect(milliseconds).toBeGreaterThan(0);
    expect(tuning.choices[choice?.shapeClass ?? '']?.candidate).toBe(result?.chosen);
    device().useTuning(tuning);
    try {
      expect((await tune(device(), [plan])).measured).toEqual([]);
    } finally {
      device().useTuning(NO_TUNING);
    }
  });

  it('leaves classes alone when its time is over, and stops on demand', async () => {
    const { measured, left } = await tune(device(), [plan], { budgetMs: -1 });
    expect([measured.length, left.length]).toEqual([0, 1]);
    const signal = AbortSignal.abort();
    await expect(tune(device(), [plan], { signal })).rejects.toThrow(AbortedError);
  });
});

describe('a profile', () => {
  it('has the time of every dispatch, as a trace with work and rates', async () => {
    const states = new StateStore(device());
    const program = await Program.create(device(), plan, states);
    program.run({ x: { shape: [40, 30], data: new Float32Array(1200) } });
    const times = await profile(program);
    expect(times.length).toBe(program.dispatchCount);
    const clock = device().gpu.features.has('timestamp-query') ? 'gpu' : 'wall';
    expect(times[0]).toMatchObject({ step: 0, label: 'argmax', clock });
    expect(times[0]?.milliseconds).toBeGreaterThanOrEqual(0);
    const { traceEvents } = JSON.parse(chromeTrace(times, explain(plan)));
    const slices = traceEvents.filter(({ ph }: { ph: string }) => ph === 'X');
    expect(slices.length).toBe(times.length);
    expect(slices[0].args).toMatchObject({ stepFlops: 40, stepBytes: 4 * (1200 + 40) });
    expect(slices[0].dur).toBeCloseTo((times[0]?.milliseconds ?? 0) * 1000);
    program.dispose();
    states.dispose();
  });
});
