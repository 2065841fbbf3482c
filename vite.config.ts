import { defineConfig } from 'vitest/config';

/** GPU tests run one file at a time: software adapters already use every core. */
const oneAtATime = {
  pool: 'forks',
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 60_000,
} as const;

const architecture = 'test/unit/architecture.test.ts';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: [architecture] } },
      { test: { name: 'architecture', include: [architecture] } },
      { test: { name: 'gpu', include: ['test/gpu/**/*.test.ts'], ...oneAtATime } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...oneAtATime } },
    ],
  },
});
