/** Counts tests in vitest's JSON reports. Plain JavaScript, for tools/test.mjs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const noTests = Object.freeze({ passed: 0, failed: 0, skipped: 0 });

/**
 * The counts of a report. A file that does not load, or a missing report, counts as one failure, so
 * that a failed run never counts 0 failures.
 */
export function testCounts(file, isSuccess) {
  if (!existsSync(file)) return { ...noTests, failed: isSuccess ? 0 : 1 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !isSuccess ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * The tests of a project that is not run, counted as skipped. Files that do not load are failures.
 */
export async function hiddenTests(vitest, project, runNode, env, folder) {
  const file = join(folder, `${project}-list.json`);
  const args = [vitest, 'list', '--project', project, `--json=${file}`];
  const { isSuccess } = await runNode(args, env);
  const skipped = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).length : 0;
  return { isSuccess, counts: { ...noTests, failed: isSuccess ? 0 : 1, skipped } };
}
