// The tests of `npm test`: everything that needs nothing but Node. The live suite, which needs a real
// Glance, and the page's tests, which need a Chromium, have configurations of their own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/live/**', 'test/bench/**', 'test/page/**'],
    // Ends what hangs, and says nothing of how fast a machine is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
