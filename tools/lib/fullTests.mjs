/**
 * Runs all files of a test project one by one, so that an interrupted run can be resumed. The files
 * that passed are recorded for the current sources; any change of the sources starts again. Plain
 * JavaScript, for tools/test.mjs.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { noTests, testCounts } from './testReport.mjs';

/** A key that is equal for equal sources; undefined outside of a git checkout. */
export function sourcesKey(root) {
  const git = (...args) => spawnSync('git', args, { cwd: root, maxBuffer: 2 ** 28 });
  const head = git('rev-parse', 'HEAD');
  if (head.status !== 0) return undefined;
  const others = git('ls-files', '--others', '--exclude-standard', '-z').stdout.toString();
  const hash = createHash('sha256').update(head.stdout).update(git('diff', 'HEAD').stdout);
  for (const file of others.split('\0').filter((name) => name !== '')) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** The record of earlier runs: files that passed for these sources, and the time of each file. */
export class FullRecord {
  constructor(path, key) {
    this.path = path;
    const known = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    this.seconds = known.seconds ?? {};
    this.passed = key !== undefined && known.key === key ? known.passed : {};
    this.key = key;
  }

  /** Clears the record of files that passed. */
  clear() {
    this.passed = {};
  }

  note(file, counts, seconds) {
    this.seconds[file] = seconds;
    if (counts.failed === 0) this.passed[file] = counts;
    mkdirSync(dirname(this.path), { recursive: true });
    const { key, passed, seconds: all } = this;
    writeFileSync(this.path, JSON.stringify({ key, passed, seconds: all }));
  }
}

/**
 * Runs the files of a project that have not passed yet, `workers` at a time.
 * @param run starts vitest with arguments, without printing its output
 * @returns the counts of all files, including those that passed before
 */
export async function runByFile({ root, folder, project, workers, record, run, say }) {
  const list = join(folder, `${project}-files.json`);
  const listed = await run(['list', '--filesOnly', '--project', project, `--json=${list}`]);
  if (!listed.isSuccess) {
    say(listed.output);
    return { isSuccess: false, counts: { ...noTests, failed: 1 } };
  }
  const found = JSON.parse(readFileSync(list, 'utf8')).map(({ file }) => relative(root, file));
  const files = [...new Set(found)].sort();
  const left = files.filter((file) => record.passed[file] === undefined);
  const totals = { ...noTests };
  const add = (counts) => {
    for (const name of Object.keys(totals)) totals[name] += counts[name];
  };
  for (const file of files) if (record.passed[file] !== undefined) add(record.passed[file]);
  if (left.length < files.length) {
    say(`${files.length - left.length} of ${files.length} files have passed before`);
  }
  let started = 0;
  let done = files.length - left.length;
  const worker = async () => {
    for (let file = left[started++]; file !== undefined; file = left[started++]) {
      const report = join(folder, `${project}-${started}.json`);
      const start = performance.now();
      const args = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const { isSuccess, output } = await run(['run', '--project', project, file, ...args]);
      const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
      const counts = testCounts(report, isSuccess);
      record.note(file, counts, seconds);
      add(counts);
      done++;
      const rest = left.slice(started).reduce((sum, name) => sum + (record.seconds[name] ?? 20), 0);
      const minutes = Math.ceil(rest / workers / 60);
      for (const line of output.split('\n')) if (/\bseed \d/.test(line)) say(line.trim());
      if (counts.failed > 0) say(output);
      say(
        `${done} of ${files.length} ${file}: ${counts.passed} passed, ${counts.failed} failed, ` +
          `${seconds} s; about ${minutes} min left in this stage`,
      );
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return { isSuccess: totals.failed === 0, counts: totals };
}
