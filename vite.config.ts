import { defineConfig } from 'vitest/config';

/**
 * A few files with a GPU at a time, in processes of their own: a software adapter compiles kernels one
 * after another, which leaves the second core to the other file.
 */
const withGpu = {
  pool: 'forks',
  testTimeout: 300_000,
  hookTimeout: 180_000,
} as const;

const architecture = 'test/unit/architecture.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers: 2,
          include: ['test/unit/**/*.test.ts'],
          exclude: [architecture],
          // Corpora of 200,000 sentences on a machine that is busy with other things.
          testTimeout: 120_000,
        },
      },
      { test: { name: 'architecture', include: [architecture] } },
      { test: { name: 'gpu', include: ['test/gpu/**/*.test.ts'], maxWorkers: 2, ...withGpu } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], maxWorkers: 3, ...withGpu } },
    ],
  },
});
