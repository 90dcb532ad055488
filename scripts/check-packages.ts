// What npm would get: packs the published packages, lints the tarballs, and uses them in projects of their own that have
// nothing but what they ask for: one as an app has it, without msw, and one as its tests have it. Nothing is downloaded but
// the linter.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Packed, packPackages } from './packPackages.ts'
import { root } from './run.ts'

type Manifest = {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>
}

/** As a wallet would write it. It reads a chain that is dead, so that nothing has to be reached. */
const usage = `
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { base } from '@unimargin/adapters/aave-v3/addresses'
import * as chains from '@unimargin/adapters/chains'
import { wallet } from '@unimargin/adapters/wallet'
import * as wallets from '@unimargin/adapters/wallet/addresses'
import { createJournal, createMarginClient, isUnimarginError, quorum, Wad } from '@unimargin/sdk'
import { fileJournalStorage } from '@unimargin/sdk/node'
import { custom, http } from 'viem'
import { arbitrum } from 'viem/chains'

const dead = custom({ request: () => Promise.reject(new Error('dead')) })
const pool = { chainId: arbitrum.id, pool: '0x794a61358D6845594F94dc1DB02A252b5b4814aD', name: 'Aave V3' }AS_CONST
const client = createMarginClient({ chains: [arbitrum], transports: { [arbitrum.id]: dead }, adapters: [aaveV3(pool)] })
const view = await client.getMarginView({ owner: '0x1111111111111111111111111111111111111111' })
if (view.verdict !== 'unknown' || view.positions[0]?.status !== 'unread') throw new Error(view.verdict)
if (Wad.format(Wad.fromDecimal('1.50')) !== '1.5') throw new Error('Wad')
await client.getMarginView({ owner: '0x12' }).then(
  () => { throw new Error('a wrong address was taken') },
  (error) => { if (!isUnimarginError(error)) throw error },
)
const known = [aaveV3(base), wallet(wallets.base)].map(({ market }) => market.chainId)
if (known.some((id) => id !== chains.base.chainId)) throw new Error('addresses')
const nodes = quorum([http('https://one.example'), http('https://two.example')], { agree: 2 })({ chain: arbitrum })
if (nodes.value?.quorum?.of !== 2) throw new Error('quorum')
client.close()
const id = '0x1111111111111111111111111111111111111111111111111111111111111111'AS_CONST
const storage = fileJournalStorage({ directory: 'journal' })
const journal = await createJournal({ storage })
if (journal.get(id) === undefined) await journal.record({ id })
await journal.close()
const again = await createJournal({ storage })
if (again.get(id)?.state !== 'intended') throw new Error('journal')
await again.close()
`

/** As its tests would: over msw, then over sockets. */
const testUsage = `
import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient, Wad } from '@unimargin/sdk'
import { Faults, mockChain } from '@unimargin/sdk/testing'
import { serveNodes } from '@unimargin/sdk/testing/node'
import { setupServer } from 'msw/node'
import { http } from 'viem'
import { arbitrum } from 'viem/chains'

const owner = '0x1111111111111111111111111111111111111111'
const reserves = { WETH: { price: '2000', liquidationThreshold: '0.8' }, USDC: { price: '1', decimals: 6 } }
const aave = mockAaveV3({ chainId: arbitrum.id, reserves })
const positions = [{ owner, supply: { WETH: '1' }, borrow: { USDC: '800' } }]AS_CONST
const chain = mockChain({ chain: arbitrum, markets: [aave], positions })
const look = async (transport = http()) => {
  const transports = { [arbitrum.id]: transport }
  const client = createMarginClient({ chains: [arbitrum], transports, adapters: [aave.adapter] })
  const { weakest, verdict } = await client.getMarginView({ owner, timeout: 1_000 })
  client.close()
  return weakest.health.status === 'known' ? Wad.format(weakest.health.factor) : verdict
}
const server = setupServer(...chain.handlers)
server.listen({ onUnhandledRequest: 'error' })
const overMsw = await look()
server.close()
const servers = await serveNodes([chain])
const overSockets = await look(http(servers.urls[0]))
chain.break(Faults.stallInBody())
const stalled = await look(http(servers.urls[0]))
await servers.close()
const seen = [overMsw, overSockets, stalled].join()
if (seen !== '2,2,unknown') throw new Error(seen)
`

/** Fails to compile where the types of the packages are lost. */
const wrongTypes = `
// @ts-expect-error there is no such verdict
export const isFine = view.verdict === 'fine'
// @ts-expect-error a health factor is a bigint
export const factor: number = Wad.fromDecimal('1')
`
const wrongTestTypes = `
// @ts-expect-error a price is a text or a bigint
export const block = chain.setPrice('WETH', 2_000)
// @ts-expect-error there is no such fault
export const fault = Faults.sunspots()
`

const commonJs = `
const { Wad } = require('@unimargin/sdk')
const { aaveV3 } = require('@unimargin/adapters/aave-v3')
if (Wad.format(Wad.WAD) !== '1' || typeof aaveV3 !== 'function') throw new Error('require')
`

/** Shows that there is no msw in the app's project, without which all else there would mean little. */
const withoutMsw = `
await import('@unimargin/sdk/testing').then(
  () => { throw new Error('there is msw') },
  (error) => { if (!String(error).includes("'msw'")) throw error },
)
`

function run(cwd: string, command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** Unpacks a package into a project as npm would, with its dependencies and peers; gives its manifest. */
function install(project: string, { name, source, tarball }: Packed, { optional }: { optional: boolean }): Manifest {
  const target = join(project, 'node_modules', name)
  mkdirSync(target, { recursive: true })
  run(target, 'tar', '-xzf', tarball, '--strip-components=1')
  const text = readFileSync(join(target, 'package.json'), 'utf8')
  const leftover = /unimargin-source|workspace:|catalog:/.exec(text)?.[0]
  if (leftover !== undefined) throw new Error(`${name}: its published package.json still says ${leftover}`)
  const manifest: Manifest = JSON.parse(text)
  for (const needed of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const isOptional = manifest.peerDependenciesMeta?.[needed]?.optional === true
    if (!needed.startsWith('@unimargin/') && (optional || !isOptional)) link(project, source, needed)
  }
  return manifest
}

/** What a package does not name as its dependency is not there for it. Its own installation comes before the root's. */
function link(project: string, from: string, name: string): void {
  const target = join(project, 'node_modules', name)
  const found = [from, root].map((folder) => join(folder, 'node_modules', name)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`${name} is not installed: is it a dependency of ${from}?`)
  mkdirSync(dirname(target), { recursive: true })
  rmSync(target, { force: true })
  symlinkSync(realpathSync(found), target)
}

/** Runs a file as JavaScript, and type-checks it as TypeScript by both ways to find packages. */
function use(project: string, name: string, code: string, wrong: string): void {
  writeFileSync(join(project, `${name}.js`), code.replaceAll('AS_CONST', ''))
  writeFileSync(join(project, `${name}.ts`), code.replaceAll('AS_CONST', ' as const') + wrong)
  run(project, process.execPath, `${name}.js`)
  for (const resolution of ['nodenext', 'bundler']) {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--moduleResolution', resolution]
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
    run(project, join(root, 'node_modules/.bin/tsc'), ...options, '--module', module, `${name}.ts`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'unimargin-packages-'))
try {
  const packed = packPackages(join(folder, 'packed'))
  for (const { source, tarball } of packed) {
    run(source, join(root, 'tools/node_modules/.bin/publint'), 'run', tarball, '--strict')
  }
  const [app, tests] = [join(folder, 'app'), join(folder, 'tests')]
  for (const project of [app, tests]) {
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
    for (const one of packed) install(project, one, { optional: project === tests })
  }
  use(app, 'main', usage, wrongTypes)
  writeFileSync(join(app, 'main.cjs'), commonJs)
  run(app, process.execPath, 'main.cjs')
  writeFileSync(join(app, 'without-msw.js'), withoutMsw)
  run(app, process.execPath, 'without-msw.js')
  use(tests, 'main', testUsage, wrongTestTypes)
  const names = packed.map(({ name }) => name).join(', ')
  console.log(`ok     ${names}: packed, linted, run and type-checked, with their testing entries and without msw`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
