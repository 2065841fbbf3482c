/** `npm run soak`: many training steps and translations on one device, whose memory must not grow. */
import { Command } from 'commander';
import { Decoder } from '../src/decode/decoder';
import { openDevice } from '../src/gpu/device';
import { transformerModel } from '../src/models/transformerModel';
import { BatchIterator, encodePairs, makeBatch, Vocabulary } from '../src/text';
import { Trainer } from '../src/train/trainer';
import { translationTask } from '../src/train/translation';
import { toySplit } from './lib/corpora';
import { countBuffers } from './lib/countBuffers';
import { Progress } from './lib/progress';
import { wholeNumber } from './lib/recipe';
import { nodeGpu } from './nodeGpu';

const BATCH = 16;
const MAX_LENGTH = 32;

function command(): Command {
  return new Command('soak')
    .description('Train and decode for long, and check that live GPU bytes stay the same.')
    .option('--steps <n>', 'training steps', wholeNumber('steps'), 2000)
    .option('--json', 'print one JSON object as the last line of standard output')
    .exitOverride();
}

/** Runs the command. @returns 0 when memory did not grow, else 1 */
export async function main(args: readonly string[]): Promise<number> {
  const program = command();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    return error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1;
  }
  const options = program.opts();
  const steps = Number(options.steps);
  const device = await openDevice({ gpu: await nodeGpu() });
  const live = countBuffers(device.gpu);
  const pairs = toySplit('train', 1, 2000);
  const source = Vocabulary.build(pairs.map((pair) => pair.source));
  const target = Vocabulary.build(pairs.map((pair) => pair.target));
  const model = transformerModel({
    sourceVocabulary: source.size,
    targetVocabulary: target.size,
    modelSize: 32,
    heads: 4,
    feedForward: 64,
    encoderLayers: 1,
    decoderLayers: 1,
    maxLength: MAX_LENGTH,
  });
  const translation = { maxBatch: BATCH, labelSmoothing: 0.1, padId: target.pad };
  const trainer = await Trainer.create(device, translationTask(model, translation), {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
    clipNorm: 1,
    schedule: { kind: 'warmup', rate: 0.002, warmup: 400 },
    seed: 1,
  });
  const decoder = await Decoder.create(device, model, trainer.layout, trainer.states, {
    maxBatch: BATCH,
    ids: target,
  });
  const encoded = encodePairs(pairs, source, target);
  const batches = new BatchIterator(encoded, { batchSize: BATCH, cursor: { seed: 1 } });
  const probe = makeBatch(encoded.slice(0, BATCH));
  const progress = new Progress(steps);
  const samples: number[] = [];
  const round = 20;
  for (let done = 0; done < steps; done += round) {
    await trainer.train(take(batches, Math.min(round, steps - done)));
    await decoder.decode(
      { shape: [probe.size, probe.sourceLength], data: probe.source },
      { shape: [probe.size], data: probe.sourceLengths },
    );
    samples.push(live().bytes);
    progress.update(Math.min(steps, done + round), `${samples.at(-1)} live bytes`);
  }
  progress.end();
  // The first rounds fill the rings of staging buffers.
  const settled = samples[Math.min(1, samples.length - 1)] ?? 0;
  const growth = (samples.at(-1) ?? 0) - settled;
  decoder.dispose();
  trainer.dispose();
  const left = live();
  device.dispose();
  process.stdout.write(
    `${steps} steps on ${device.adapterName}: live bytes grew by ${growth}, ` +
      `${left.bytes} bytes in ${left.buffers} buffers left after dispose\n`,
  );
  const result = { steps, growth, left: left.bytes, adapter: device.adapterName };
  if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
  return growth === 0 && left.bytes === 0 ? 0 : 1;
}

function* take<T>(items: Iterator<T, undefined>, count: number): Iterable<T> {
  for (let i = 0; i < count; i++) {
    const { value, done } = items.next();
    if (done === true || value === undefined) return;
    yield value;
  }
}
