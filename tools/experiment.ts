/** `npm run experiment`: runs one of the experiments, and writes its figures and charts. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { AbortedError, allKernels, type Device, openDevice } from 'qkv';
import { EXPERIMENTS } from '../experiments';
import { type Experiment, type Outcome, SIZES, type Size } from '../experiments/lib/experiment';
import { keepStage } from '../experiments/lib/stages';
import { renderSvg } from './lib/charts';
import { duration } from './lib/progress';
import { wholeNumber } from './lib/recipe';
import { nodeGpu } from './nodeGpu';

interface Options {
  readonly size: Size;
  readonly seed: number;
  readonly out?: string;
  readonly fresh?: boolean;
  readonly retrain?: boolean;
  readonly json?: boolean;
}

function command(): Command {
  const list = EXPERIMENTS.map(
    ({ name, question, minutes }) =>
      `  ${name.padEnd(12)} ${question} (full: about ${duration(minutes.full * 60)})`,
  );
  return new Command('experiment')
    .description('Answer a question with measurements; writes result.json and SVG charts.')
    .addArgument(new Argument('<name>', 'which').choices(EXPERIMENTS.map(({ name }) => name)))
    .addOption(new Option('--size <size>', 'how much work').choices([...SIZES]).default('full'))
    .option('--seed <n>', 'seed of parameters and data', wholeNumber('seed', 0), 1)
    .option('--out <folder>', 'output folder (default: runs/experiments/NAME-SIZE)')
    .option('--fresh', 'discard the stages of an interrupted run')
    .option('--retrain', 'train all compared models instead of using the shipped ones')
    .option('--json', 'print the result as the last line of standard output')
    .addHelpText(
      'after',
      `\nExperiments, with their times on a software adapter:\n${list.join('\n')}`,
    )
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const experiment = EXPERIMENTS.find(({ name }) => name === program.args[0]);
  if (experiment === undefined) return 1;
  const options = program.opts<Options>();
  const folder = options.out ?? join('runs', 'experiments', `${experiment.name}-${options.size}`);
  const device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels });
  const minutes = experiment.minutes[options.size];
  process.stderr.write(
    `${experiment.name}: ${experiment.question}\n${device.adapterName}; about ` +
      `${duration(minutes * 60)} on a software adapter with two cores; Ctrl-C stops, the same ` +
      'command goes on\n',
  );
  const start = performance.now();
  try {
    const outcome = await perform(experiment, device, folder, options);
    const seconds = (performance.now() - start) / 1000;
    await write(folder, experiment, device, options, outcome, seconds);
    process.stdout.write(`${outcome.report}\n`);
    for (const name of Object.keys(outcome.charts)) {
      process.stdout.write(`${join(folder, `${name}.svg`)}\n`);
    }
    if (options.json === true) process.stdout.write(`${JSON.stringify(outcome.result)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    process.stderr.write('stopped; the same command goes on from here\n');
    return 130;
  } finally {
    device.dispose();
  }
}

async function perform(
  experiment: Experiment,
  device: Device,
  folder: string,
  { size, seed, fresh = false, retrain = false }: Options,
): Promise<Outcome> {
  const stopper = new AbortController();
  const stop = () => stopper.abort();
  process.once('SIGINT', stop);
  if (fresh) {
    for (const part of ['stages', 'models']) {
      await rm(join(folder, part), { recursive: true, force: true });
    }
  }
  // Stages of another seed or size are not reused.
  const key = JSON.stringify({ name: experiment.name, size, seed, retrain });
  try {
    return await experiment.perform({
      device,
      size,
      seed,
      folder,
      retrain,
      signal: stopper.signal,
      stage: (name, compute) => keepStage(folder, name, key, compute, stopper.signal),
    });
  } finally {
    process.off('SIGINT', stop);
  }
}

async function write(
  folder: string,
  { name, question }: Experiment,
  device: Device,
  { size, seed, retrain }: Options,
  { result, charts }: Outcome,
  seconds: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const flags = `--size ${size}${seed === 1 ? '' : ` --seed ${seed}`}${retrain ? ' --retrain' : ''}`;
  const record = {
    experiment: name,
    question,
    command: `npm run experiment -- ${name} ${flags}`,
    adapter: device.adapterName,
    seconds: Number(seconds.toFixed(1)),
    result,
  };
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(record, null, 1)}\n`);
  for (const [chart, data] of Object.entries(charts)) {
    await writeFile(join(folder, `${chart}.svg`), renderSvg(data));
  }
}
