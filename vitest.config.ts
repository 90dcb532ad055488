import { defineConfig } from 'vitest/config'

// Sources, not builds: our own first export condition leads to src/.
const conditions = ['unimargin-source', 'module', 'node', 'import', 'default']
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } }

const mocked = ['packages/{sdk,adapters}/src/**/testing/**/*.test.ts', 'test/{mocked,faults}/**/*.test.ts']

export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            'packages/{sdk,adapters}/src/**/*.test.ts',
            'test/{layers,package}/**/*.test.ts',
            'test/{planner,simulator}/*.test.ts',
          ],
          exclude: mocked,
          benchmark: { include: ['packages/{sdk,adapters}/src/**/*.bench.ts'] },
          environment: 'node',
          setupFiles: ['test/setup/properties.ts'],
          // Both cores of a small machine: by itself vitest leaves one of two idle.
          maxWorkers: 2,
          // A worker loads viem and the sources once and not for each file: half of the time went there. Nothing here is mocked
          // by module, and what a test changes it puts back.
          isolate: false,
          // A hang is found at last; a slow machine is not a failure.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          // With msw, which would stand in the way of anvil's requests.
          name: 'mocked',
          include: mocked,
          benchmark: { include: ['test/bench/**/*.bench.ts'] },
          environment: 'node',
          setupFiles: ['test/setup/properties.ts'],
          maxWorkers: 2,
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'devnet',
          include: ['packages/devnet/src/**/*.test.ts', 'test/{devnet,differential,demo}/**/*.test.ts'],
          benchmark: { include: [] },
          environment: 'node',
          setupFiles: ['test/setup/properties.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // Each file boots its own chains; two cores carry two of them, when the fast tests are done.
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          // In a real Chromium, which mostly waits: beside the devnet.
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          benchmark: { include: [] },
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
