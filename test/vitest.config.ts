import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One project per kind of test: `npm test` runs unit and package, `npm run test:interop` the rest. */
export default defineConfig({
  test: {
    root,
    coverage: { include: ['src/**/*.ts', 'all-in-one/src/**/*.ts'], exclude: ['src/entry/**'] },
    projects: [
      {
        test: {
          name: 'unit',
          root,
          include: ['test/unit/**/*.test.ts'],
          // Property tests take many times longer on a machine under load.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'all-in-one',
          root,
          include: ['all-in-one/test/unit/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'package',
          root,
          include: ['test/package/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['test/package/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'interop',
          root,
          include: ['test/interop/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/peers/**'],
          // The real Jaeger has fixed ports, and what is measured in spans wants the machine for itself.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
