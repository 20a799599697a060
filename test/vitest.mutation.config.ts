import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** Set by `npm run test:mutation` where it is given tests: files and folders, one a line. */
const chosen = process.env['MUTATION_TESTS']?.split('\n') ?? ['test/unit', 'all-in-one/test/unit'];

/** The unit tests of both packages as one project, to judge faults by. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: chosen.map((path) => (path.endsWith('.test.ts') ? path : `${path}/**/*.test.ts`)),
    // They run the sources in other processes, where there is no fault.
    exclude: [
      ...configDefaults.exclude,
      'test/unit/lifecycle/{churn,exit,parallel,stall}.test.ts',
      'test/unit/{npm-start,grpc/mixed-calls}.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
