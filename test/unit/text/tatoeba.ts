/**
 * The real corpus some tests use where it is there (QKV_DATA, or shared/data beside the checkout).
 * It is not part of the repository: tests skip without it and say how many.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'vitest';

const folder = resolve(process.env.QKV_DATA ?? '../shared/data', 'tatoeba-en-fr');
const present = existsSync(resolve(folder, 'train.tsv'));

/** The text of a file of the corpus, unpacked if its name ends with .gz. */
export function readTatoeba(name: string): string {
  const bytes = readFileSync(resolve(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Registers tests that need the corpus; prints their number where they are skipped. */
export function withTatoeba(tests: Readonly<Record<string, () => void>>): void {
  const titles = Object.keys(tests);
  if (!present) console.warn(`skipped ${titles.length} tests: no corpus in ${folder}`);
  for (const [title, run] of Object.entries(tests)) test.skipIf(!present)(title, run, 60_000);
}
