import { defineConfig } from 'vitest/config'

// Sources of our packages, not builds, as in the workspace.
const conditions = ['unimargin-source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 120_000, hookTimeout: 600_000 },
})
