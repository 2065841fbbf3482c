/** Saves the results of a run's stages to files, so that an interrupted run can be resumed. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AbortedError } from 'qkv';
import { Progress } from '../../tools/lib/progress';
import type { Report } from './experiment';

/**
 * Computes a stage, or reads its result from an earlier run with the same key.
 * @param key text of everything that determines the result
 */
export async function keepStage<T>(
  folder: string,
  name: string,
  key: string,
  compute: (report: Report) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const path = join(folder, 'stages', `${name}.json`);
  const kept = await readKept<T>(path, key);
  if (kept !== undefined) {
    process.stderr.write(`${name}: kept from an earlier run\n`);
    return kept.result;
  }
  stopIf(signal, name);
  process.stderr.write(`${name} ...\n`);
  let progress: Progress | undefined;
  const result = await compute((done, total, text = '') => {
    stopIf(signal, name);
    // The rate counts from the first report.
    progress ??= new Progress(total, done);
    progress.update(done, `${name} ${text}`.trim());
  });
  progress?.end();
  await mkdir(join(folder, 'stages'), { recursive: true });
  // Written to a temporary file first, so that a stage is saved completely or not at all.
  await writeFile(`${path}.part`, JSON.stringify({ key, result }));
  await rename(`${path}.part`, path);
  return result;
}

async function readKept<T>(path: string, key: string): Promise<{ result: T } | undefined> {
  try {
    const kept: { key: string; result: T } = JSON.parse(await readFile(path, 'utf8'));
    return kept.key === key ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** @throws AbortedError if the experiment was stopped */
function stopIf(signal: AbortSignal, name: string): void {
  if (signal.aborted) throw new AbortedError(`${name}: stopped`, { cause: signal.reason });
}
