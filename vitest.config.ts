// The tests of `npm test`: everything that needs nothing but Node. The live suite, which needs a
// real Glance, has its own configuration in test/live.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/live/**', 'test/bench/**', 'test/page/**'],
  },
});
