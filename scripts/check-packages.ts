// What npm would get: builds and packs the published packages, lints the tarballs, and uses them in a project of their own
// that has nothing but what they ask for. Nothing is downloaded but the linter.
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './run.ts'

const packages = ['packages/sdk', 'packages/adapters'] as const

type Manifest = {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

/** As a wallet would write it. It reads a chain that is dead, so that nothing has to be reached. */
const usage = `
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createMarginClient, isUnimarginError, Wad } from '@unimargin/sdk'
import { custom } from 'viem'
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
`

/** Fails to compile where the types of the packages are lost. */
const wrongTypes = `
// @ts-expect-error there is no such verdict
export const isFine = view.verdict === 'fine'
// @ts-expect-error a health factor is a bigint
export const factor: number = Wad.fromDecimal('1')
`

const commonJs = `
const { Wad } = require('@unimargin/sdk')
const { aaveV3 } = require('@unimargin/adapters/aave-v3')
if (Wad.format(Wad.WAD) !== '1' || typeof aaveV3 !== 'function') throw new Error('require')
`

function run(cwd: string, command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
}

function node(...args: readonly string[]): void {
  run(project, process.execPath, ...args)
}

/** Builds and packs a package, and unpacks it as npm would; gives its manifest. */
function install(folder: string): Manifest {
  const source = join(root, folder)
  rmSync(join(source, 'dist'), { recursive: true, force: true })
  run(source, join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.build.json')
  const packed = mkdtempSync(join(project, 'packed-'))
  execFileSync('pnpm', ['pack', '--pack-destination', packed], { cwd: source, stdio: ['ignore', 'ignore', 'inherit'] })
  const tarball = join(packed, readdirSync(packed)[0] ?? '')
  run(source, join(root, 'tools/node_modules/.bin/publint'), 'run', tarball, '--strict')

  const target = join(project, 'node_modules/@unimargin', folder.replace('packages/', ''))
  mkdirSync(target, { recursive: true })
  run(target, 'tar', '-xzf', tarball, '--strip-components=1')
  const text = readFileSync(join(target, 'package.json'), 'utf8')
  const leftover = /unimargin-source|workspace:|catalog:/.exec(text)?.[0]
  if (leftover !== undefined) throw new Error(`${folder}: its published package.json still says ${leftover}`)
  const manifest: Manifest = JSON.parse(text)
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!name.startsWith('@unimargin/')) link(source, name)
  }
  return manifest
}

/** What a package does not name as its dependency is not there for it. */
function link(from: string, name: string): void {
  const target = join(project, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  rmSync(target, { force: true })
  symlinkSync(realpathSync(join(from, 'node_modules', name)), target)
}

const project = mkdtempSync(join(tmpdir(), 'unimargin-packages-'))
try {
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  const manifests = packages.map(install)

  writeFileSync(join(project, 'main.js'), usage.replace('AS_CONST', ''))
  writeFileSync(join(project, 'main.cjs'), commonJs)
  writeFileSync(join(project, 'main.ts'), usage.replace('AS_CONST', ' as const') + wrongTypes)
  node('main.js')
  node('main.cjs')
  for (const resolution of ['nodenext', 'bundler']) {
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--moduleResolution', resolution]
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
    run(project, join(root, 'node_modules/.bin/tsc'), ...options, '--module', module, 'main.ts')
  }
  console.log(`ok     ${manifests.map(({ name }) => name).join(', ')}: packed, linted, run and type-checked`)
} finally {
  rmSync(project, { recursive: true, force: true })
}
