/** The page's side of training: what it shows of pictures, pauses, looks and failures. */
import { beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../../demo/engine/engine';
import type { Picture, RunOptions } from '../../../demo/views/road/wordVectors/service';
import { LiveTraining } from '../../../demo/views/road/wordVectors/training';

const OPTIONS = { kind: 'skipgram', window: 3, negatives: 5, size: 2, seed: 1 } as const;
const OPENING = { options: OPTIONS, rows: () => [0, 1], burst: 100 };

const picture = (step: number, loss?: number): Picture => ({
  step,
  loss,
  vectors: Float32Array.of(step),
  mean: [],
  axes: [],
  explained: [],
  places: [],
});

/** A worker's training that makes a picture whenever it is let. */
class FakeTraining {
  step = 0;
  isFrozen = false;
  isDisposed = false;
  failure: Error | undefined;
  async words() {
    return [];
  }
  async look() {
    return picture(this.step);
  }
  async prepare(isFrozen: boolean) {
    this.isFrozen = isFrozen;
  }
  async run({ until, every, onPicture, signal }: RunOptions) {
    while (this.step < until && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.failure !== undefined) throw this.failure;
      this.step += every;
      onPicture(picture(this.step, 3));
    }
  }
  async dispose() {
    this.isDisposed = true;
  }
}

let opened: FakeTraining[] = [];
const engine = {
  call: async () => {
    const training = new FakeTraining();
    opened.push(training);
    return training;
  },
} as unknown as Engine;

beforeEach(() => {
  opened = [];
});

const settled = (training: LiveTraining) =>
  expect.poll(() => training.state.value, { interval: 1 }).toBe('paused');
const steps = (training: LiveTraining) => training.pictures.value.map(({ step }) => step);

it('trains a little at once, goes on when it is asked, and shows every picture', async () => {
  const training = new LiveTraining(engine, 50);
  expect(training.state.value).toBe('opening');
  await training.open(OPENING);
  expect(training.isSettled.value).toBe(false);
  await settled(training);
  expect(training.isSettled.value).toBe(true);
  training.start(150);
  await settled(training);
  expect(steps(training)).toEqual([0, 50, 100, 150]);
  training.start();
  training.pause();
  await settled(training);
  expect(steps(training).at(-1)).toBeLessThan(300);
});

it('shows another look in place of the picture of the same step, with its loss', async () => {
  const training = new LiveTraining(engine, 50);
  await training.open(OPENING);
  await settled(training);
  await training.look([0]);
  expect(steps(training)).toEqual([0, 50, 100]);
  expect(training.picture?.loss).toBe(3);
});

it('goes on after it was frozen if it was running', async () => {
  const training = new LiveTraining(engine, 50);
  await training.open({ ...OPENING, burst: 1000 });
  await training.freeze(true);
  expect([training.state.value, opened[0]?.isFrozen]).toEqual(['running', true]);
  training.pause();
  await settled(training);
  await training.freeze(false);
  expect([training.state.value, opened[0]?.isFrozen]).toEqual(['paused', false]);
});

it('begins anew with another training, frees the one before, and shows nothing more of it', async () => {
  const training = new LiveTraining(engine, 50);
  await training.open({ ...OPENING, burst: 1e6 });
  await training.open({ ...OPENING, isFrozen: true });
  await settled(training);
  expect(opened.map(({ isDisposed, isFrozen }) => [isDisposed, isFrozen])).toEqual([
    [true, false],
    [false, true],
  ]);
  expect(steps(training)).toEqual([0, 50, 100]);
  training.close();
  expect(opened[1]?.isDisposed).toBe(true);
});

it('says what failed, and can begin anew', async () => {
  const training = new LiveTraining(engine, 50);
  await training.open({ ...OPENING, burst: 1e6 });
  opened[0]!.failure = new Error('the GPU stopped');
  await expect.poll(() => training.failure.value).toBe('the GPU stopped');
  await training.open(OPENING);
  await settled(training);
  expect(training.failure.value).toBe(undefined);
});
