/** The page's side of training, with a worker that is played here. */
import { DeviceLostError, WorkerError } from 'qkv';
import { expect, it } from 'vitest';
import type { Engine } from '../../../demo/engine/engine';
import type { RunEvent } from '../../../demo/views/train/events';
import { Training } from '../../../demo/views/train/training';
import { defined } from '../../../tools/lib/defined';

/** Training whose worker does nothing by itself. */
function played(start: () => Promise<void> = async () => undefined) {
  const tell: ((event: RunEvent) => void)[] = [];
  const resumed: string[] = [];
  const closing: ((error: Error) => void)[] = [];
  const service = {
    ...{ adapter: 'none', start, kinds: async () => [], saved: async () => [] },
    resume: async (id: string) => void resumed.push(id),
  };
  const services = {
    train: async (take: (event: RunEvent) => void) => {
      tell.push(take);
      return service;
    },
  };
  const call = (work: (of: typeof services) => unknown) => work(services);
  const whenClosed = (listener: (error: Error) => void) => void closing.push(listener);
  const engine = { call, whenClosed, tellMemory: () => undefined } as unknown as Engine;
  return { training: new Training(engine), tell, resumed, closing };
}

const RECIPE = { kind: 'gpt', text: '', values: { steps: 9 } };

function eventOf(id: string, after: number, losses: readonly number[]): RunEvent {
  const reports = { losses, norms: losses, rates: losses, counts: losses };
  const looks = after === 0 ? [{ step: 2, loss: 1, accuracy: 0, rows: [] }] : [];
  return {
    ...{ id, state: 'running', reports, looks, changes: [] },
    after: { steps: after, looks: after === 0 ? 0 : 1 },
    ...{ seconds: 1, baseline: 5, bytes: 8, speed: 1 },
  };
}

it('adds reports to a run, and repeats those after a checkpoint', async () => {
  const { training, tell } = played();
  await training.start(RECIPE);
  const run = () => defined(training.runs.value[0], 'run');
  const take = defined(tell[0], 'callback');
  expect(run().state).toBe('compiling');
  take(eventOf(run().id, 0, [7, 6, 5]));
  take(eventOf(run().id, 3, [4, 3]));
  expect(run().log.losses).toEqual([7, 6, 5, 4, 3]);
  expect(run().log.looks).toHaveLength(1);
  // The checkpoint was that of step 2.
  take(eventOf(run().id, 2, [5, 4]));
  expect(run().log.losses).toEqual([7, 6, 5, 4]);
  expect(run().log.norms).toEqual([7, 6, 5, 4]);
  expect(run().log.looks).toHaveLength(1);
  expect(training.shown.value).toBe(run().id);
});

it('shows what goes wrong, and opens another worker after a loss', async () => {
  let isLost = true;
  const { training, tell } = played(async () => {
    if (isLost) throw new DeviceLostError('gone');
  });
  await training.start(RECIPE);
  const [run] = training.runs.value;
  expect(run?.state).toBe('failed');
  expect(run?.failure).toEqual({ code: 'device-lost', message: 'gone' });
  expect(tell).toHaveLength(1);
  isLost = false;
  await training.start(RECIPE);
  expect(tell).toHaveLength(2);
});

it('goes on by itself after a loss, but not again and again from one step', async () => {
  const { training, tell, resumed } = played();
  await training.start(RECIPE);
  const run = () => defined(training.runs.value[0], 'run');
  const { id } = run();
  const lose = (after: number, losses: readonly number[]) => {
    const failure = { code: 'device-lost', message: 'gone' };
    defined(tell[0], 'callback')({ ...eventOf(id, after, losses), state: 'failed', failure });
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  lose(0, [7, 6]);
  expect([run().state, run().lostAt]).toEqual(['failed', 2]);
  await settled();
  expect(resumed).toEqual([id]);
  lose(2, []);
  await settled();
  expect(resumed).toHaveLength(2);
  lose(2, []);
  await settled();
  expect(resumed).toHaveLength(2);
  // It has come further since.
  lose(2, [5]);
  await settled();
  expect(resumed).toHaveLength(3);
});

it('goes on by itself after the worker ended, if it was running', async () => {
  const { training, tell, resumed, closing } = played();
  await training.start(RECIPE);
  const run = () => defined(training.runs.value[0], 'run');
  const close = async () => {
    closing[0]?.(new WorkerError('ended'));
    await new Promise((resolve) => setTimeout(resolve));
  };
  defined(tell[0], 'callback')({ ...eventOf(run().id, 0, [7]), state: 'paused' });
  await close();
  expect([run().state, run().bytes, resumed]).toEqual(['paused', 0, []]);
  defined(tell[0], 'callback')(eventOf(run().id, 1, [6]));
  await close();
  expect([run().failure?.code, run().lostAt, resumed]).toEqual(['worker', 2, [run().id]]);
});
