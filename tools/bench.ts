/** `npm run bench`: our speed beside a peer's, in headless Chrome. Correctness first, then medians. */
import { spawnSync } from 'node:child_process';
import { Command, CommanderError, Option } from 'commander';
import type { BenchAnswer } from '../bench/main';
import { WORKLOADS } from '../bench/spec';
import type { WorkloadResult } from '../bench/workload';
import { collectErrors, openBrowser } from './browser';
import { root } from './environment.mjs';
import { serveSite } from './lib/site';

const OURS = 'qkv';
const PEERS = ['jax-js', 'onnxruntime-web', 'tfjs'];

const TFJS = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-backend-webgpu',
];

function command(): Command {
  const names = WORKLOADS.map(({ name }) => name);
  return new Command('bench')
    .description('Measure our speed beside a peer in headless Chrome.')
    .addOption(new Option('--only <workloads...>', 'only these').choices(names).default(names))
    .addOption(
      new Option('--peers <names...>', "compare with these; 'none' for nobody")
        .choices([...PEERS, 'none'])
        .default(PEERS),
    )
    .addOption(new Option('--without-ours', 'measure the peers alone').hideHelp())
    .option('--headed', 'show the browser')
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const options = program.opts<{
    only: readonly string[];
    peers: readonly string[];
    withoutOurs?: boolean;
    headed?: boolean;
    json?: boolean;
  }>();
  const peers = options.peers.filter((name) => name !== 'none');
  const contestants = options.withoutOurs ? peers : [OURS, ...peers];
  const { browser, answer } = await runInChrome(options.only, contestants, options.headed === true);
  const rows = answer.results.map(toRow);
  const adapter = Object.values(answer.adapters)[0];
  for (const { results, workload, differences } of answer.results) {
    process.stdout.write(`${workload}\n${table({ workload, results, differences })}`);
  }
  process.stdout.write(`${adapter}; ${browser}; commit ${commit()}\n`);
  if (options.json) {
    const json = { adapter, browser, commit: commit(), rows, details: answer };
    process.stdout.write(`${JSON.stringify(json)}\n`);
  }
  return 0;
}

async function runInChrome(
  workloads: readonly string[],
  contestants: readonly string[],
  headed: boolean,
): Promise<{ readonly browser: string; readonly answer: BenchAnswer }> {
  const site = await serveSite({
    folder: 'bench',
    port: 0,
    bundled: contestants.includes('tfjs') ? TFJS : [],
  });
  const browser = await openBrowser({ headed });
  try {
    const page = await browser.newPage();
    const errors = collectErrors(page);
    await page.exposeFunction('qkvProgress', (line: string) => {
      process.stderr.write(`${line}\n`);
    });
    await page.goto(site.url, { waitUntil: 'load' });
    await page.waitForFunction(() => 'qkvBench' in window, { timeout: 60_000 });
    const answer = await page.evaluate((request) => window.qkvBench(request), {
      workloads,
      contestants,
    });
    for (const error of errors) process.stderr.write(`in the page: ${error}\n`);
    return { browser: await browser.version(), answer };
  } finally {
    await browser.close();
    await site.close();
  }
}

/** The commit that was measured, with a mark when files differ from it. */
function commit(): string {
  const git = (...args: readonly string[]) =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const hash = git('rev-parse', '--short', 'HEAD');
  if (hash === '') return 'unknown';
  return git('status', '--porcelain') === '' ? hash : `${hash}+changes`;
}

function toRow({ workload, results }: WorkloadResult) {
  const ours = results[OURS];
  const ratio = Object.fromEntries(
    Object.entries(results)
      .filter(([name]) => name !== OURS)
      .map(([name, peer]) => [name, ours ? round(peer.medianMs / ours.medianMs) : null]),
  );
  return {
    workload,
    medianMs: ours ? round(ours.medianMs) : null,
    firstMs: ours ? round(ours.firstMs) : null,
    dispatches: ours?.dispatches ?? null,
    ratio,
  };
}

/** A line a contestant: median and quartiles, first run, dispatches, how far ahead of it we are. */
function table({ workload, results, differences }: WorkloadResult): string {
  const { ratio } = toRow({ workload, results, differences });
  const lines = Object.entries(results).map(([name, result]) => {
    const { medianMs, lowerMs, upperMs, firstMs, dispatches } = result;
    const spread = `${medianMs.toFixed(1)} ms (${lowerMs.toFixed(1)} to ${upperMs.toFixed(1)})`;
    const ahead = typeof ratio[name] === 'number' ? `, qkv is ${ratio[name]} times as fast` : '';
    return `  ${name.padEnd(16)}${spread}, first ${firstMs.toFixed(0)} ms, ${dispatches} dispatches${ahead}\n`;
  });
  return lines.join('');
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
