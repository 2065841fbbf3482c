/**
 * `npm run bench`: compares qkv's speed with peers' in headless Chrome, after checking correctness.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Browser, Page } from 'puppeteer';
import { OptionError } from 'qkv';
import { OURS } from '../bench/names';
import { compareRuns } from '../bench/regressions';
import { WORKLOADS } from '../bench/workloads';
import { connectBrowser, openBrowser } from './browser';
import { ensurePeers, root } from './environment.mjs';
import {
  type BenchDetails,
  type BenchRecord,
  readRows,
  recordOf,
  recordText,
  STARTS,
} from './lib/benchRecord';
import { htmlReport } from './lib/benchReport';
import { type OnMeasured, runInBrowser, runInNode, tell } from './lib/benchRun';
import { bundleSizes, coldStarts } from './lib/bundles';
import { readText } from './lib/corpora';
import { firstAnswers } from './lib/firstAnswers';
import { names } from './lib/names';
import { serveBench } from './lib/pages';
import { pageTimes } from './lib/pageTimes';
import { wholeNumber } from './lib/recipe';
import { relay } from './lib/relay';

const PEERS = ['jax-js', 'ort-webgpu', 'tfjs'];
/** Excluded by default, because it computes on the CPU. */
const MORE_PEERS = ['ort-wasm'];

const KNOWN = [...WORKLOADS.map(({ name }) => name), ...STARTS];

interface Options {
  readonly only?: readonly string[];
  readonly peers?: readonly string[];
  readonly withoutOurs?: boolean;
  readonly headed?: boolean;
  readonly browserWs?: string;
  readonly node?: boolean;
  readonly tuned?: boolean;
  readonly serve?: boolean;
  readonly port: number;
  readonly samples?: number;
  readonly compare?: string;
  readonly regression: number;
  readonly out: string;
  readonly json?: boolean;
}

function multiple(text: string): number {
  const value = Number(text);
  if (value >= 1 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`expected a number of 1 or more, found '${text}'`);
}

function command(): Command {
  return new Command('bench')
    .description('Compare the speed with that of peers in headless Chrome.')
    .addOption(names('--only <workloads...>', 'only these', KNOWN))
    .addOption(names('--peers <names...>', 'compare with these', [...PEERS, ...MORE_PEERS, 'none']))
    .addOption(new Option('--without-ours', 'measure the peers alone').hideHelp())
    .option('--headed', 'show the browser')
    .option('--browser-ws <url>', 'use a running browser, by its DevTools address')
    .option('--node', 'run on Dawn in Node, without peers')
    .option('--tuned', 'use the kernels chosen by `tune --browser`, or by `tune` with --node')
    .option('--serve', 'serve the interactive page of the bench until Ctrl-C')
    .option('--port <n>', 'where it is served', wholeNumber('port', 0), 0)
    .option('--samples <n>', 'timed runs of each contestant', wholeNumber('samples'))
    .option('--compare <file>', 'compare with the result.json of an earlier run')
    .option('--regression <n>', 'multiple of an earlier median that is too slow', multiple, 1.15)
    .option('--out <folder>', 'where result.json and report.html go', join('runs', 'bench'))
    .option('--json', 'print one JSON object as the last line of standard output')
    .showHelpAfterError()
    .exitOverride();
}

/** Runs the command. @returns the exit code: 2 if a workload is slower than allowed */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts<Options>();
  const { compare } = options;
  const earlier =
    compare === undefined
      ? undefined
      : readRows(await readText(compare, 'the result.json of an earlier run'), compare);
  const peers = peersOf(options);
  if (peers.length > 0) ensurePeers();
  if (options.serve) return servePage(peers, options.port);
  const hash = commit();
  const contestants = options.withoutOurs ? peers : [OURS, ...peers];
  // A run takes most of an hour: what is measured is kept, even if the run does not reach its end.
  const details = await perform(options, contestants, (measured) =>
    write(recordOf(measured, hash), options.out),
  );
  const record = recordOf(details, hash);
  await write(record, options.out);
  process.stdout.write(`${recordText(record)}${join(options.out, 'report.html')}\n`);
  const comparison = earlier && compareRuns(earlier, record.rows, options.regression);
  if (comparison) process.stdout.write(`${comparison.lines.join('\n')}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(record)}\n`);
  return comparison && comparison.regressions.length > 0 ? 2 : 0;
}

/** @throws OptionError when the options do not fit together */
function peersOf({ peers, node = false, browserWs, headed = false }: Options): readonly string[] {
  const found = (peers ?? (node ? [] : PEERS)).filter((name) => name !== 'none');
  if (node && found.length > 0) throw new OptionError('--node: peers run in browsers only');
  if (node && (headed || browserWs !== undefined)) {
    throw new OptionError('--node opens no browser: leave --headed and --browser-ws out');
  }
  return found;
}

async function perform(
  options: Options,
  contestants: readonly string[],
  onMeasured: OnMeasured,
): Promise<BenchDetails> {
  const { only, samples, tuned, browserWs, headed = false } = options;
  const wanted = only ?? STARTS;
  const workloads = only?.filter((name) => !STARTS.includes(name));
  const request = { workloads, contestants, samples, tuned };
  if (options.node) return runInNode(request, onMeasured);
  const site = await serveBench(contestants.some((name) => name !== OURS));
  const isRemote = browserWs !== undefined;
  let browser: Browser | undefined;
  try {
    browser = isRemote ? await connectBrowser(browserWs) : await openBrowser({ headed });
    const prepare = (page: Page) => (isRemote ? relay(page, site.url) : Promise.resolve());
    const run = await runInBrowser(browser, site.url, request, prepare, onMeasured);
    // A relay would add its latency to cold starts.
    const isCold = wanted.includes('cold-start') && !isRemote;
    const built = contestants.filter((name) => !MORE_PEERS.includes(name));
    return {
      ...run,
      ...(isCold ? { coldStarts: await coldStarts(browser, built, tell) } : {}),
      ...(wanted.includes('first-answer') && contestants.includes(OURS) && !isRemote
        ? { firstAnswers: await firstAnswers(browser, tell) }
        : {}),
      ...(wanted.includes('page') && contestants.includes(OURS) && !isRemote
        ? { page: await pageTimes(browser, tell) }
        : {}),
      ...(wanted.includes('bundle-bytes') ? { bundles: await bundleSizes(built) } : {}),
    };
  } finally {
    await (isRemote ? browser?.disconnect() : browser?.close());
    await site.close();
  }
}

/** Writes result.json and report.html. */
async function write(record: BenchRecord, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(record, null, 1)}\n`);
  await writeFile(join(folder, 'report.html'), htmlReport(record));
}

async function servePage(peers: readonly string[], port: number): Promise<number> {
  const site = await serveBench(peers.length > 0, port);
  process.stdout.write(`${site.url}\n`);
  process.stderr.write('Ctrl-C stops the server.\n');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await site.close();
  return 0;
}

/** The measured commit, marked if the working tree differs from it. */
function commit(): string {
  const git = (...args: readonly string[]) =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
  const hash = git('rev-parse', '--short', 'HEAD');
  if (hash === '') return 'unknown';
  return git('status', '--porcelain') === '' ? hash : `${hash}+changes`;
}
