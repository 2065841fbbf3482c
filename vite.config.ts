import { defineConfig } from 'vitest/config';
import { fromSource } from './tools/lib/sourceCondition.mjs';

const architecture = 'test/unit/architecture.test.ts';
const unit = ['test/unit/**/*.test.ts'];

/** What runs one after another: the groups differ in how many files run at a time. */
const group = (groupOrder: number, maxWorkers: number) => ({
  maxWorkers,
  sequence: { groupOrder },
});

/**
 * A few files with a GPU at a time, in processes of their own: a software adapter compiles kernels one
 * after another, which leaves the second core to the other file.
 */
const withGpu = { pool: 'forks', testTimeout: 300_000, hookTimeout: 180_000 } as const;

/** Corpora of 200,000 sentences on a machine that is busy with other things. */
const patient = { testTimeout: 120_000, hookTimeout: 180_000 };

export default defineConfig({
  ...fromSource,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          ...patient,
          ...group(0, 1),
        },
      },
      { extends: true, test: { name: 'architecture', include: [architecture], ...group(0, 1) } },
      {
        extends: true,
        test: { name: 'unit', include: unit, exclude: [architecture], ...patient, ...group(1, 2) },
      },
      {
        extends: true,
        test: { name: 'gpu', include: ['test/gpu/**/*.test.ts'], ...withGpu, ...group(2, 2) },
      },
      {
        extends: true,
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...withGpu, ...group(3, 3) },
      },
    ],
  },
});
