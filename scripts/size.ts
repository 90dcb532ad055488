// What a wallet pays: the gzipped size of what it imports, viem excluded because it has that anyway. Prints a table.
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

let exceeded = 0
for (const { name, budget, code } of imports) {
  // A file that exists only here, placed where the workspace's packages resolve.
  const entry = `${root}/test/size-entry.ts`
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['unimargin-source', 'module', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      lib: { entry, formats: ['es'], fileName: 'entry' },
      // An adapter is measured without the sdk that it comes with.
      rollupOptions: { external: name.includes('adapter') ? [/^viem/, '@unimargin/sdk'] : [/^viem/] },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((bundle) =>
    'output' in bundle ? bundle.output : [],
  )
  const bytes = outputs.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? gzipSync(chunk.code).length : 0), 0)
  const kilobytes = bytes / 1000
  if (kilobytes > budget) exceeded += 1
  console.log(
    `${name.padEnd(34)}${kilobytes.toFixed(1).padStart(7)} kB gzip  (budget ${budget} kB)${kilobytes > budget ? '  EXCEEDED' : ''}`,
  )
}
process.exitCode = exceeded === 0 ? 0 : 1
