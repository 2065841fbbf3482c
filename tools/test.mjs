/**
 * `npm test`, `npm run test:full` and `npm run check`: installs what is missing, then runs types,
 * lint and the test projects, the cheapest first. `npm test` runs a sample of the long suites,
 * `test:full` all of them, file by file. Plain JavaScript, because it runs before anything is
 * installed. Stages have no terminal, so that the output is the same everywhere.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  dawnEnvironment,
  ensureBrowser,
  ensurePackages,
  ensurePeers,
  root,
} from './environment.mjs';
import { FullRecord, runByFile, sourcesKey } from './lib/fullTests.mjs';
import { hiddenTests, noTests, testCounts } from './lib/testReport.mjs';

const modules = join(root, 'node_modules');
const tsc = [join(modules, 'typescript', 'bin', 'tsc'), '--project'];
const biome = [join(modules, '@biomejs', 'biome', 'bin', 'biome'), 'ci', '--colors=off', '.'];
const knip = [join(modules, 'knip', 'bin', 'knip.js'), '--no-progress'];
const vitest = join(modules, 'vitest', 'vitest.mjs');

/** The stages in order; those with a `project` are run by vitest. */
const STAGES = [
  { name: 'types', command: [...tsc, root] },
  { name: 'types-peers', command: [...tsc, join(root, 'bench')], needsPeers: true },
  { name: 'lint', command: biome },
  { name: 'unused', command: knip },
  { name: 'architecture', project: true, workers: 1 },
  { name: 'unit', project: true, workers: 2 },
  { name: 'package', project: true, workers: 1 },
  { name: 'gpu', project: true, workers: 2, needsGpu: true },
  { name: 'e2e', project: true, workers: 1, needsGpu: true },
];

async function readOptions() {
  const { Command, Option } = await import('commander');
  const names = STAGES.map(({ name }) => name);
  const program = new Command('test')
    .description('Types, lint, architecture, tests without a GPU, on Dawn and in headless Chrome.')
    .option('--without-gpu', 'only the stages that need neither a GPU nor a browser')
    .addOption(new Option('--only <stages...>', 'only these stages').choices(names))
    .option('--bail', 'stop after the first stage that fails')
    .option('--full', 'all tests rather than a sample; goes on where an interrupted run was')
    .option('--fresh', 'with --full: also what has passed before')
    .option('--json', 'print one JSON object as the last line of standard output')
    .addHelpText('after', '\nQKV_ALLOW_NO_GPU=1 skips the GPU stages where there is no adapter.')
    .showHelpAfterError()
    .parse();
  return program.opts();
}

/** Runs Node, and returns its output, which is also printed unless `quiet`. */
function runNode(args, env, quiet = false) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => {
      chunks.push(chunk);
      if (!quiet) process.stdout.write(chunk);
    });
    child.stderr.on('data', (chunk) => {
      if (quiet) chunks.push(chunk);
      else process.stderr.write(chunk);
    });
    child.on('close', (code) =>
      resolve({ isSuccess: code === 0, output: Buffer.concat(chunks).toString() }),
    );
  });
}

/** Whether the bench's peers are installed or can be installed. */
function hasPeers() {
  try {
    ensurePeers();
    return true;
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    return false;
  }
}

async function runStage(stage, env, folder, record) {
  if (stage.needsPeers && !hasPeers()) {
    return {
      isSuccess: true,
      skipped: 'peers are not installed',
      counts: { ...noTests, skipped: 1 },
    };
  }
  if (!stage.project) {
    const { isSuccess } = await runNode(stage.command, env);
    return { isSuccess, counts: isSuccess ? noTests : { ...noTests, failed: 1 } };
  }
  if (record !== undefined) {
    const run = (args) => runNode([vitest, ...args], env, true);
    const say = (text) => process.stdout.write(`${text}\n`);
    const { name: project, workers } = stage;
    return runByFile({ root, folder, project, workers, record, run, say });
  }
  const file = join(folder, `${stage.name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = [vitest, 'run', '--project', stage.name, ...reporters];
  const { isSuccess } = await runNode(args, env);
  const counts = testCounts(file, isSuccess);
  return { isSuccess: isSuccess && counts.failed === 0, counts };
}

/** Whether the GPU stages can be skipped: only if requested, and only without an adapter. */
async function isGpuMissing(env) {
  if (process.env.QKV_ALLOW_NO_GPU !== '1') return false;
  const { isSuccess } = await runNode([join(root, 'tools', 'run.mjs'), 'probe'], env);
  return !isSuccess;
}

/** Finds or installs a browser, which also provides the Vulkan driver. */
function setUpBrowser() {
  try {
    return { PUPPETEER_EXECUTABLE_PATH: ensureBrowser(), ...dawnEnvironment() };
  } catch (error) {
    if (process.env.QKV_ALLOW_NO_GPU !== '1') throw error;
    process.stdout.write(`${error.message}\n`);
    return undefined;
  }
}

function testEnvironment() {
  const { FORCE_COLOR: _, QKV_COMMAND_CHILD: __, ...env } = process.env;
  return { ...env, NO_COLOR: '1' };
}

/** The record of earlier full runs; undefined for a sample run. */
function fullRecord({ full, fresh }) {
  if (!full) return undefined;
  const record = new FullRecord(join(root, 'runs', 'test-full.json'), sourcesKey(root));
  if (fresh) record.clear();
  return record;
}

async function runAll(stages, options) {
  const { bail } = options;
  const record = fullRecord(options);
  const folder = mkdtempSync(join(tmpdir(), 'qkv-test-'));
  const results = [];
  let env = { ...testEnvironment(), ...(options.full ? { QKV_TEST: 'full' } : {}) };
  let isMissing = false;
  try {
    if (stages.some(({ needsGpu }) => needsGpu)) {
      const browser = setUpBrowser();
      env = { ...env, ...browser };
      isMissing = browser === undefined || (await isGpuMissing(env));
    }
    for (const stage of stages) {
      const hasFailed = results.some(({ state }) => state === 'failed');
      if (hasFailed && bail) {
        results.push({ name: stage.name, state: 'not run', seconds: 0, counts: noTests });
        continue;
      }
      process.stdout.write(`\n=== ${stage.name} ===\n`);
      const start = performance.now();
      const isSkipped = stage.needsGpu === true && isMissing;
      const { isSuccess, counts, skipped } = isSkipped
        ? await hiddenTests(vitest, stage.name, runNode, env, folder)
        : await runStage(stage, env, folder, record);
      const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
      const reason = isSkipped ? 'no WebGPU adapter' : skipped;
      const done = reason === undefined ? 'passed' : `skipped: ${reason}`;
      const state = isSuccess ? done : 'failed';
      process.stdout.write(`=== ${stage.name}: ${state} in ${seconds} s ===\n`);
      results.push({ name: stage.name, state, seconds, counts });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

function report(results, seconds, isJson) {
  const sum = (key) => results.reduce((total, { counts }) => total + counts[key], 0);
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum);
  process.stdout.write('\n');
  for (const { name, state, seconds: spent, counts } of results) {
    const tests = counts.passed > 0 ? `, ${counts.passed} tests passed` : '';
    const time = state === 'not run' ? '' : `, ${spent} s`;
    process.stdout.write(`${name.padEnd(14)}${state}${tests}${time}\n`);
  }
  process.stdout.write(`total ${seconds} s\n`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (isJson) {
    const json = { passed, failed, skipped, seconds, stages: results };
    process.stdout.write(`${JSON.stringify(json)}\n`);
  }
}

async function main() {
  ensurePackages();
  const options = await readOptions();
  const start = performance.now();
  const stages = STAGES.filter(
    ({ name, needsGpu }) =>
      (options.only === undefined || options.only.includes(name)) &&
      !(options.withoutGpu && needsGpu),
  );
  if (options.fresh && !options.full) throw new Error('--fresh goes with --full');
  const results = await runAll(stages, options);
  report(results, Number(((performance.now() - start) / 1000).toFixed(1)), options.json === true);
  return results.some(({ state }) => state === 'failed') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
