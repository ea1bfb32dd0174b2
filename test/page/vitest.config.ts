// The page's tests, in a real Chromium: apart from `npm test`, which needs nothing but Node.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    // Browsers that share two cores with each other make every wait longer.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Conditions are waited for as long as a busy machine may need; when they hold, at once.
    expect: { poll: { timeout: 20_000 } },
  },
});
