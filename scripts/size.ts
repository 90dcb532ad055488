// What a wallet pays: the gzipped size of what it imports, viem excluded because it has that anyway. Prints a table, and sees
// that no entry point of an app comes near the testing kit, not even where a bundler would shake it off again.
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from './run.ts'

/** Budgets in kB are a decision, not a measurement: raise one only with a reason in the commit. */
const imports = [
  { name: 'getMarginView alone', budget: 20, code: `export { getMarginView } from '@unimargin/sdk'` },
  { name: 'createMarginClient, all actions', budget: 60, code: `export { createMarginClient } from '@unimargin/sdk'` },
  { name: 'guarded', budget: 9, code: `export { guarded } from '@unimargin/sdk'` },
  { name: 'quorum, with guarded', budget: 15, code: `export { quorum } from '@unimargin/sdk'` },
  { name: 'aaveV3 adapter', budget: 8, code: `export { aaveV3 } from '@unimargin/adapters/aave-v3'` },
] as const

/** Bundles some code; gives its size, and the ids of everything that was looked at on the way. */
async function bundle(code: string, external: readonly (string | RegExp)[]) {
  // A file that exists only here, placed where the workspace's packages resolve.
  const entry = `${root}/test/size-entry.ts`
  const seen: string[] = []
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['unimargin-source', 'module', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => {
          seen.push(id)
          return id === entry ? code : undefined
        },
      },
    ],
    build: {
      write: false,
      minify: true,
      lib: { entry, formats: ['es'], fileName: 'entry' },
      rollupOptions: { external: [...external] },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((bundled) =>
    'output' in bundled ? bundled.output : [],
  )
  const bytes = outputs.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? gzipSync(chunk.code).length : 0), 0)
  return { kilobytes: bytes / 1_000, seen }
}

let failed = 0
for (const { name, budget, code } of imports) {
  // An adapter is measured without the sdk that it comes with.
  const { kilobytes } = await bundle(code, name.includes('adapter') ? [/^viem/, '@unimargin/sdk'] : [/^viem/])
  const isExceeded = kilobytes > budget
  if (isExceeded) failed += 1
  console.log(
    `${name.padEnd(34)}${kilobytes.toFixed(1).padStart(7)} kB gzip  (budget ${budget} kB)${isExceeded ? '  EXCEEDED' : ''}`,
  )
}

const ofTesting = /\/testing\/|\/node_modules\/(?:\.pnpm\/)?(?:msw|@mswjs)[@/]/
const kit = await bundle(`export * from '@unimargin/sdk/testing'`, [/^viem/])
// A pattern that fits nothing would let everything pass.
if (!kit.seen.some((id) => id.includes('/msw/')) || !kit.seen.some((id) => ofTesting.test(id))) {
  throw new Error('the testing kit was not recognised')
}
for (const entry of ['@unimargin/sdk', '@unimargin/adapters/aave-v3']) {
  const { seen } = await bundle(`export * from '${entry}'`, [/^viem/])
  const found = seen.filter((id) => ofTesting.test(id))
  if (found.length > 0) failed += 1
  const verdict = found.length === 0 ? 'none' : `IMPORTED: ${found.slice(0, 3).join(', ')}`
  console.log(`${`testing kit in ${entry}`.padEnd(34)} ${verdict} (${seen.length} modules)`)
}
process.exitCode = failed === 0 ? 0 : 1
