// The live suite: the gateway between the real command-line clients and a real Glance. run.sh
// brings the lab up and starts it; the files run one after another, because they share that lab.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
