/**
 * `npm run tune`: checks all kernel variants on this machine's adapter, measures which are fastest
 * for the shipped translators, and saves the results for commands and `nodeTunings`.
 */
import { Command } from 'commander';
import {
  allKernels,
  type Device,
  mergeTunings,
  OptionError,
  openDevice,
  type TuningStore,
} from 'qkv';
import type { ClassMeasurement } from 'qkv/graph';
import { allCases, type OpCases, selfCheck, selfCheckReport } from 'qkv/selfcheck';
import { tuneInTurn } from '../bench/tuneInTurn';
import { WORKLOADS } from '../bench/workloads';
import { openBrowser } from './browser';
import { exposeTunings, inBenchPage, tell } from './lib/benchRun';
import { modelPlans } from './lib/modelPlans';
import { names } from './lib/names';
import { cacheFolder, nodeTunings } from './lib/nodeTunings';
import { serveBench } from './lib/pages';
import { Progress } from './lib/progress';
import { wholeNumber } from './lib/recipe';
import { nodeGpu } from './nodeGpu';

const KNOWN = WORKLOADS.map(({ name }) => name);

interface Options {
  readonly models: readonly string[];
  readonly ops?: readonly string[];
  readonly check: boolean;
  readonly measure: boolean;
  readonly seconds: number;
  readonly again?: boolean;
  readonly browser?: boolean;
  readonly workloads?: readonly string[];
  readonly json?: boolean;
}

function command(): Command {
  return new Command('tune')
    .description('Check the kernel variants on this adapter and measure which are fastest.')
    .option('--models <names...>', 'shipped translators or folders', [
      'toy-transformer',
      'toy-bahdanau',
      'toy-seq2seq',
    ])
    .option('--ops <names...>', 'check the variants in the cases of these ops only')
    .option('--no-check', 'measure only')
    .option('--no-measure', 'check only')
    .option('--seconds <n>', 'time limit of the measurements', wholeNumber('seconds'), 600)
    .option('--again', 'repeat known checks and measurements')
    .option('--browser', 'measure in headless Chrome, for workloads of the bench')
    .addOption(names('--workloads <names...>', 'with --browser: for these only', KNOWN))
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code: 0 if all variants are correct, else 1 */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts<Options>();
  if (options.browser === true) return inBrowser(options);
  if (options.workloads !== undefined) throw new OptionError('--workloads goes with --browser');
  const store = nodeTunings();
  const device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels, tuning: store });
  if (options.check) {
    await check(device, options);
    await store.save(device.adapterKey, device.tuning);
    process.stdout.write(`${selfCheckReport(device, device.tuning.verdicts)}\n`);
  }
  const measured = options.measure ? await measure(device, store, options) : [];
  for (const one of measured) process.stdout.write(`${describe(one)}\n`);
  process.stdout.write(`kept in ${cacheFolder()}\n`);
  const { tuning } = device;
  if (options.json === true) {
    const json = { adapter: device.adapterKey, tuning, measured };
    process.stdout.write(`${JSON.stringify(json)}\n`);
  }
  device.dispose();
  return Object.values(tuning.verdicts).some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/**
 * Measures in a page of the bench. Variants are checked in Node, where the kernels are the same.
 */
async function inBrowser({ workloads, seconds, again = false, json }: Options): Promise<number> {
  const site = await serveBench(false);
  const browser = await openBrowser();
  try {
    const result = await inBenchPage(browser, site.url, exposeTunings, (page) =>
      page.evaluate(
        async (request) => {
          const found = request.workloads ?? (await defaults());
          return window.qkvBench?.tune({ ...request, workloads: found });

          async function defaults(): Promise<readonly string[]> {
            const limits = await window.qkvBench?.limits();
            return (limits && window.qkvBench?.defaultWorkloads(limits)) ?? [];
          }
        },
        { workloads, seconds, again },
      ),
    );
    if (result === undefined) throw new Error('the page of the bench has no tuning');
    for (const one of result.measured) process.stdout.write(`${describe(one)}\n`);
    tellLeft(result.left);
    process.stdout.write(`kept in ${cacheFolder()}, for npm run bench -- --tuned\n`);
    if (json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } finally {
    await browser.close();
    await site.close();
  }
}

async function check(device: Device, { ops, again = false }: Options): Promise<void> {
  process.stderr.write('checking every variant against the float64 reference ...\n');
  const all = Object.entries(allCases());
  const cases: OpCases = Object.fromEntries(
    all.filter(([op]) => ops === undefined || ops.includes(op)),
  );
  let progress: Progress | undefined;
  const { verdicts } = await selfCheck(device, {
    cases,
    again,
    onProgress: (done, total) => {
      progress ??= new Progress(total);
      progress.update(done, 'cases');
    },
  });
  progress?.end();
  device.useTuning(mergeTunings(device.tuning, { choices: {}, verdicts }));
}

/** Measures the kernels of the models' plans, and saves the result after each model. */
async function measure(
  device: Device,
  store: TuningStore,
  { models, seconds, again = false }: Options,
): Promise<readonly ClassMeasurement[]> {
  const subjects = models.flatMap((name) =>
    (['quick', 'balanced'] as const).map((startup) => ({
      name,
      startup,
      async prepare() {
        const plans = (await modelPlans(name)).filter((one) => one.startup === startup);
        return { plans: plans.map(({ plan }) => plan) };
      },
    })),
  );
  const onProgress = (_: number, text: string) => tell(text);
  const { measured, left } = await tuneInTurn(device, subjects, {
    store,
    seconds,
    again,
    onProgress,
  });
  tellLeft(left);
  return measured;
}

function tellLeft(left: readonly string[]): void {
  for (const shapeClass of left) tell(`no time left for ${shapeClass}: raise --seconds`);
}

function describe({ shapeClass, times, chosen }: ClassMeasurement): string {
  const lines = times.map(({ candidate, milliseconds, dropped }) => {
    const time = milliseconds === undefined ? '' : `${milliseconds.toFixed(3)} ms`;
    const mark = candidate === chosen ? '*' : ' ';
    return `  ${mark} ${candidate.padEnd(20)}${time}${dropped === undefined ? '' : `  ${dropped}`}`;
  });
  return [shapeClass, ...lines].join('\n');
}
