/** Repeats the first training steps of a model and compares the losses with its training record. */
import { allKernels, openDevice } from 'qkv';
import { nodeGpu } from '../nodeGpu';
import { readTraining } from './modelFolder';
import { Progress } from './progress';
import { type Recipe, recipeBatches, recipeTrainer } from './recipe';
import { withStudy } from './studies';
import type { Study } from './study';

const STEPS = 50;
const LARGEST_DIFFERENCE = 1e-4;

/** Verifies a model. @returns the exit code: 0 if all losses agree, else 1 */
export async function verifyModel(name: string, json: boolean): Promise<number> {
  const { folder, record } = await readTraining(name);
  const { recipe, losses } = record;
  const { steps, worst, adapter } = await withStudy(recipe, (study) =>
    replay(recipe, study, losses),
  );
  const agrees = worst <= LARGEST_DIFFERENCE;
  process.stdout.write(
    `${folder}: ${steps} steps replayed on ${adapter}, largest difference of the loss ` +
      `${worst.toExponential(2)}: ${agrees ? 'agrees' : `more than ${LARGEST_DIFFERENCE}`}\n`,
  );
  if (json) {
    const result = { model: name, steps, largestDifference: worst, agrees, adapter };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  return agrees ? 0 : 1;
}

/** Repeats the first steps. @returns their number, and the largest difference of a loss */
async function replay<B>(recipe: Recipe, study: Study<B>, losses: readonly number[]) {
  const device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels });
  const trainer = await recipeTrainer(device, recipe, study);
  const batches = recipeBatches(recipe, study);
  const steps = Math.min(STEPS, losses.length);
  const progress = new Progress(steps);
  let worst = 0;
  const firstSteps = function* () {
    for (let i = 0; i < steps; i++) {
      const { value, done } = batches.next();
      if (done === true || value === undefined) return;
      yield value;
    }
  };
  await trainer.train(firstSteps(), {
    onStep: ({ step, loss }) => {
      worst = Math.max(worst, Math.abs(loss - (losses[step - 1] ?? Number.NaN)));
      progress.update(step, `largest difference ${worst.toExponential(1)}`);
    },
  });
  progress.end();
  trainer.dispose();
  device.dispose();
  return { steps, worst, adapter: device.adapterName };
}
