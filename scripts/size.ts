// What a wallet pays: the gzipped size of what it imports, viem excluded because it has that anyway. Prints a table, and sees
// that no entry point of an app comes near the testing kit, not even where a bundler would shake it off again, and that one
// chain's entry of the address book brings no other chain's.
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from './run.ts'

/** Budgets in kB are a decision, not a measurement: raise one only with a reason in the commit. */
// A client's quote is all in, and runs the move on both chains before it is signed: 3.9 kB of its 67;
// that its tracker follows direct moves, which no contract has a record of, replaced ones included, is 2.4.
const imports = [
  { name: 'getMarginView alone', budget: 20, code: `export { getMarginView } from '@unimargin/sdk'` },
  {
    name: 'createMarginContext, getMarginView',
    budget: 24.5,
    code: `export { createMarginContext, getMarginView } from '@unimargin/sdk'`,
  },
  {
    name: 'the same, and moves by the router',
    budget: 62,
    code: `export { createMarginContext, getMarginView, planMove, getMoveQuote, prepareMove, sendMove, getMoveStatus, watchMove } from '@unimargin/sdk'`,
  },
  { name: 'createMarginClient, all actions', budget: 67, code: `export { createMarginClient } from '@unimargin/sdk'` },
  { name: 'guarded', budget: 9, code: `export { guarded } from '@unimargin/sdk'` },
  { name: 'quorum, with guarded', budget: 15, code: `export { quorum } from '@unimargin/sdk'` },
] as const

/**
 * Each adapter with one entry of its addresses, without the sdk that it comes with; and what lending adds, where it is an entry
 * of its own. 6 kB is what an adapter should cost. Aave costs more: it carries the layouts, probes and roundings of eight
 * versions, from 3.0 to 3.7, and no version can be left to whoever imports it, because a pool is upgraded overnight.
 */
const adapters = [
  { folder: 'aave-v3', adapter: 'aaveV3', entry: 'base', budget: 7.5, lending: 7.7, liquidation: 3 },
  { folder: 'morpho-blue', adapter: 'morphoBlue', entry: 'base', budget: 6.1, lending: 4.1, liquidation: 1.1 },
  {
    folder: 'compound-v3',
    adapter: 'compoundV3',
    entry: 'baseUsdc',
    budget: 6,
    lending: 3.6,
    liquidation: 1.2,
  },
  {
    folder: 'compound-v2',
    adapter: 'compoundV2',
    entry: 'baseMoonwell',
    budget: 6.1,
    lending: 5.6,
    // Three calls of Venus's, and the orders of one of them.
    liquidation: 3.6,
  },
  { folder: 'wallet', adapter: 'wallet', entry: 'base', budget: 3.1, lending: undefined, liquidation: undefined },
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
      // As an app's bundler leaves it: for a library vite would keep the white space.
      rolldownOptions: { external: [...external], output: { minify: true } },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((bundled) =>
    'output' in bundled ? bundled.output : [],
  )
  const chunks = outputs.flatMap((chunk) => (chunk.type === 'chunk' ? [chunk] : []))
  const loaded = chunks.filter(({ isEntry }) => isEntry)
  for (const { imports } of loaded) {
    loaded.push(...chunks.filter((chunk) => imports.includes(chunk.fileName) && !loaded.includes(chunk)))
  }
  const bytesOf = (some: typeof chunks) => some.reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0)
  return {
    kilobytes: bytesOf(loaded) / 1_000,
    /** What only an `import()` leads to: an app gets it when it is needed. */
    later: bytesOf(chunks.filter((chunk) => !loaded.includes(chunk))) / 1_000,
    seen,
    text: chunks.map(({ code }) => code).join('\n'),
    modules: chunks.flatMap((chunk) => Object.entries(chunk.modules)),
  }
}

let failed = 0

function report(name: string, kilobytes: number, budget: number, more = ''): void {
  const isExceeded = kilobytes > budget
  if (isExceeded) failed += 1
  const verdict = `(budget ${budget} kB)${more}${isExceeded ? '  EXCEEDED' : ''}`
  console.log(`${name.padEnd(34)}${kilobytes.toFixed(1).padStart(7)} kB gzip  ${verdict}`)
}

for (const { name, budget, code } of imports) {
  const { kilobytes, later } = await bundle(code, [/^viem/])
  report(name, kilobytes, budget, later > 0 ? `; ${later.toFixed(1)} kB more on demand` : '')
}

const client = `export { createMarginClient } from '@unimargin/sdk'`
const { kilobytes: ofClient } = await bundle(client, [/^viem/])
for (const { folder, adapter, entry, budget, lending, liquidation } of adapters) {
  const entries = `export { ${entry} } from '@unimargin/adapters/${folder}/addresses'`
  const code = `export { ${adapter} } from '@unimargin/adapters/${folder}'\n${entries}`
  const alone = await bundle(code, [/^viem/, '@unimargin/sdk'])
  const withClient = await bundle(`${client}\n${code}`, [/^viem/])
  const added = `; adds ${(withClient.kilobytes - ofClient).toFixed(1)} kB to a client`
  report(`${adapter} with ${entry}`, alone.kilobytes, budget, added)
  if (lending !== undefined) {
    const lends = `${code}\nexport { ${adapter}Lending } from '@unimargin/adapters/${folder}/lending'`
    const both = await bundle(lends, [/^viem/, '@unimargin/sdk'])
    report(`  its lending`, both.kilobytes - alone.kilobytes, lending, `; ${both.kilobytes.toFixed(1)} kB together`)
    if (liquidation !== undefined) {
      const liquidates = `${lends}\nexport { ${adapter}Liquidation } from '@unimargin/adapters/${folder}/liquidation'`
      const all = await bundle(liquidates, [/^viem/, '@unimargin/sdk'])
      report(`  its liquidation`, all.kilobytes - both.kilobytes, liquidation, '; beside its lending')
    }
  }
  if (process.argv.includes('--files')) {
    for (const [id, { renderedLength }] of [...alone.modules].sort(
      ([, a], [, b]) => b.renderedLength - a.renderedLength,
    )) {
      if (renderedLength > 0) console.log(`${String(renderedLength).padStart(10)} bytes  ${id.split('/src/').at(-1)}`)
    }
  }
  const { text, kilobytes } = await bundle(entries, [])
  const chains = text.match(/chainId:/g)?.length ?? 0
  if (chains !== 1) failed += 1
  console.log(
    `  ${entry} alone: ${(kilobytes * 1_000).toFixed(0)} bytes, ${chains === 1 ? 'and no other entry' : 'WITH OTHERS'}`,
  )
}

const booked = `export { routeOf, stargateUsdc } from '@unimargin/adapters/routes'`
report('a route of the book, and verifiers', (await bundle(booked, [/^viem/])).kilobytes, 6.5)

const everything = adapters.map(({ folder, adapter }) => `export { ${adapter} } from '@unimargin/adapters/${folder}'`)
const together = await bundle([client, ...everything].join('\n'), [/^viem/])
console.log(`all of them with a client          ${together.kilobytes.toFixed(1)} kB gzip`)

// Whoever keeps no journal does not pay for one. Half of it is zod, which reads what was stored.
for (const { storage, budget } of [
  { storage: 'indexedDbJournalStorage', budget: 12 },
  { storage: 'webJournalStorage', budget: 12 },
]) {
  const code = `export { createJournal, ${storage} } from '@unimargin/sdk'`
  const [alone, both] = [await bundle(code, [/^viem/]), await bundle(`${client}\n${code}`, [/^viem/])]
  report(
    `journal, ${storage}`,
    both.kilobytes - ofClient,
    budget,
    `; beside a client, ${alone.kilobytes.toFixed(1)} alone`,
  )
}
const ofJournal = (bundled: Awaited<ReturnType<typeof bundle>>) =>
  bundled.modules.filter(([id, { renderedLength }]) => id.includes('/sdk/src/journal/') && renderedLength > 0)
const withJournal = await bundle(`export { createJournal } from '@unimargin/sdk'`, [/^viem/])
if (ofJournal(withJournal).length === 0) throw new Error('the journal was not recognised')
const journals = ofJournal(together).length
if (journals > 0) failed += 1
console.log(`journal in them                    ${journals === 0 ? 'none' : 'BUNDLED'}`)

const ofTesting = /\/testing\/|\/node_modules\/(?:\.pnpm\/)?(?:msw|@mswjs)[@/]/
const kit = await bundle(`export * from '@unimargin/sdk/testing'`, [/^viem/])
// A pattern that fits nothing would let everything pass.
if (!kit.seen.some((id) => id.includes('/msw/')) || !kit.seen.some((id) => ofTesting.test(id))) {
  throw new Error('the testing kit was not recognised')
}
const entries = adapters.map(({ folder }) => `@unimargin/adapters/${folder}`)
for (const entry of ['@unimargin/sdk', ...entries, '@unimargin/adapters/chains', '@unimargin/adapters/routes']) {
  const { seen } = await bundle(`export * from '${entry}'`, [/^viem/])
  const found = seen.filter((id) => ofTesting.test(id))
  if (found.length > 0) failed += 1
  const verdict = found.length === 0 ? 'none' : `IMPORTED: ${found.slice(0, 3).join(', ')}`
  console.log(`${`testing kit in ${entry}`.padEnd(34)} ${verdict} (${seen.length} modules)`)
}
process.exitCode = failed === 0 ? 0 : 1
