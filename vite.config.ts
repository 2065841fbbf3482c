import { defineConfig } from 'vitest/config';

/** GPU tests run one file at a time: software adapters already use every core. */
const oneAtATime = {
  pool: 'forks',
  fileParallelism: false,
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
          include: ['test/unit/**/*.test.ts'],
          exclude: [architecture],
          // Corpora of 200,000 sentences on a machine that is busy with other things.
          testTimeout: 120_000,
        },
      },
      { test: { name: 'architecture', include: [architecture] } },
      { test: { name: 'gpu', include: ['test/gpu/**/*.test.ts'], ...oneAtATime } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...oneAtATime } },
    ],
  },
});
