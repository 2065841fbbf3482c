import { defineConfig } from 'vitest/config';
import { fromSource } from './tools/lib/sourceCondition.mjs';

const architecture = 'test/unit/architecture.test.ts';
const unit = ['test/unit/**/*.test.ts'];

/** What runs one after another: the groups differ in how many files run at a time. */
const group = (groupOrder: number, maxWorkers: number) => ({
  maxWorkers,
  sequence: { groupOrder },
});

/** A limit only ends a test that hangs, also on a machine that is busy with other things. */
const patient = { testTimeout: 900_000, hookTimeout: 900_000 } as const;

/**
 * Files that run one after another in a process share its modules, which take as long to load as
 * many tests; what a test changes in them, it changes back.
 */
const shared = { ...patient, isolate: false } as const;

/**
 * A few files with a GPU at a time, in processes of their own: a software adapter compiles kernels one
 * after another, which leaves the second core to the other file.
 */
const withGpu = { ...shared, pool: 'forks' } as const;

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
      {
        extends: true,
        test: { name: 'architecture', include: [architecture], ...patient, ...group(0, 1) },
      },
      {
        extends: true,
        test: { name: 'unit', include: unit, exclude: [architecture], ...shared, ...group(1, 2) },
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
