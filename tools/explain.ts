/**
 * `npm run explain`: prints the steps of a trained translator's plan, with their memory and cost;
 * or the table of ops.
 */
import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { allKernels, type Device, openDevice } from 'qkv';
import {
  chromeTrace,
  type DispatchTime,
  explain,
  Program,
  printExplanation,
  profile,
  StateStore,
} from 'qkv/graph';
import { opTable } from 'qkv/selfcheck';
import { defined } from './lib/defined';
import { type ModelPlan, modelPlans, PLAN_KINDS } from './lib/modelPlans';
import { nodeTunings } from './lib/nodeTunings';
import { nodeGpu } from './nodeGpu';

function command(): Command {
  return new Command('explain')
    .description('Print the steps of a plan: fused ops, kernels, memory, FLOPs and bytes.')
    .option('--model <name>', 'a shipped translator or a folder', 'toy-transformer')
    .addOption(
      new Option(
        '--what <plan>',
        "a batch forward or a training step; 'encode', 'step': a sentence",
      )
        .choices(PLAN_KINDS)
        .default('forward'),
    )
    .option('--ops', 'print the table of all ops instead, in Markdown')
    .option('--profile', 'also run it and print GPU time by dispatch')
    .option('--trace <file>', 'write a Chrome trace of the profile, for ui.perfetto.dev')
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const { model, what, profile, trace, json } = program.opts<{
    model: string;
    what: string;
    profile?: boolean;
    trace?: string;
    json?: boolean;
  }>();
  if (program.opts<{ ops?: boolean }>().ops === true) {
    process.stdout.write(`${opTable()}\n`);
    return 0;
  }
  const plans = await modelPlans(model);
  const chosen = defined(
    plans.find(({ kind }) => kind === what),
    `plan ${what}`,
  );
  const device = await openDevice({
    gpu: await nodeGpu(),
    kernels: allKernels,
    tuning: nodeTunings(),
  });
  const { startup, plan } = chosen;
  const explanation = explain(plan, { target: { ...device.target, startup } });
  process.stdout.write(`${printExplanation(explanation)}\n`);
  let times: readonly DispatchTime[] | undefined;
  if (profile === true || trace !== undefined) {
    times = await profilePlan(device, chosen);
    process.stdout.write(`\n${printTimes(times)}\n${device.adapterName}\n`);
  }
  if (trace !== undefined && times !== undefined) {
    await writeFile(trace, chromeTrace(times, explanation));
    process.stdout.write(`${trace}: open it in ui.perfetto.dev\n`);
  }
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ adapter: device.adapterName, explanation, times })}\n`,
    );
  }
  device.dispose();
  return 0;
}

async function profilePlan(
  device: Device,
  { plan, inputs, sizes, startup }: ModelPlan,
): Promise<readonly DispatchTime[]> {
  const states = new StateStore(device);
  const program = await Program.create(device, plan, states, { startup });
  program.run(inputs, { sizes });
  const times = await profile(program);
  program.dispose();
  states.dispose();
  return times;
}

/** Formats the times of dispatches, the longest first, and their sum. */
function printTimes(times: readonly DispatchTime[]): string {
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const lines = times
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .map(
      ({ milliseconds, step, kernel, label }) =>
        `${milliseconds.toFixed(3).padStart(9)} ms  step ${step}  ${kernel}  ${label}`,
    );
  const clock =
    times[0]?.clock === 'gpu' ? 'by timestamps of the GPU' : 'by the clock, with waiting';
  return [...lines, `${total.toFixed(3).padStart(9)} ms  in all, ${clock}`].join('\n');
}
