// A copy of contracts/ that is built once. A mutant is put into what forge has built, so that forge compiles nothing again.
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { root } from '../run.ts'
import type { Target } from '../Solidity.ts'

const contracts = join(root, 'contracts')
const COPIED = ['src', 'test', 'foundry.toml', 'forge.mjs', 'solcw.cjs', 'package.json']
/** What forge and the compiler left there. */
const BUILT = ['answers', 'cache', 'out']
/** Seconds of a processor: on the clock a run lasts as long as others let it, or as it is stopped. */
const MAX_RUN = 300
const MAX_BUILD = 3_600
/** How a shell tells that a process used up its share. */
const EXHAUSTED = 128 + constants.signals.SIGXCPU

/** Ends the name of what was built, while a mutant is in its place. */
const SOUND = '.sound'

export type Workspace = {
  readonly folder: string
  /** As it is deployed; or as the compiler makes it fastest, which is larger and takes more gas. */
  readonly isOptimized: boolean
}

/** What forge said about a mutant. */
export type Run = { readonly passed: boolean; readonly by: string }

/** Copies and builds, what has changed since the last time. What `like` has built is taken over. */
export async function open(name: string, isOptimized: boolean, like?: Workspace): Promise<Workspace> {
  const folder = join(contracts, 'cache/mutate', name)
  mkdirSync(folder, { recursive: true })
  for (const built of like === undefined ? [] : BUILT) {
    rmSync(join(folder, built), { recursive: true, force: true })
    cpSync(join(like?.folder ?? '', built), join(folder, built), { recursive: true })
  }
  for (const copied of COPIED) {
    rmSync(join(folder, copied), { recursive: true, force: true })
    cpSync(join(contracts, copied), join(folder, copied), { recursive: true })
  }
  if (!existsSync(join(folder, 'node_modules')))
    symlinkSync(join(contracts, 'node_modules'), join(folder, 'node_modules'))
  cpSync(join(import.meta.dirname, 'solcOnce.cjs'), join(folder, 'solcOnce.cjs'))
  linkLate(folder)
  restore(folder)
  const workspace = { folder, isOptimized }
  const { code, output } = await forge(workspace, ['build'], {}, MAX_BUILD)
  if (code !== 0) throw new Error(`the contracts do not build:\n${output}`)
  return workspace
}

/** Runs tests with these contracts in place of those that were built, and puts those back. */
export async function test(
  workspace: Workspace,
  code: ReadonlyMap<Target, { readonly creation: string }>,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const { folder } = workspace
  try {
    for (const [{ file, contract }, { creation }] of code) {
      const path = join(folder, 'out', basename(file), `${contract}.json`)
      copyFileSync(path, `${path}${SOUND}`)
      const parsed = JSON.parse(readFileSync(path, 'utf8'))
      parsed.bytecode.object = `0x${creation}`
      writeFileSync(path, JSON.stringify(parsed))
    }
    for (const name of ['fuzz', 'invariant', 'test-failures']) {
      rmSync(join(folder, 'cache', name), { recursive: true, force: true })
    }
    const run = await forge(workspace, ['test', '--fail-fast', ...args], env)
    if (/Compiling \d+ files/.test(run.output)) throw new Error('forge compiled again, and undid the mutant')
    if (run.code === 0) return { passed: true, by: '' }
    if (run.code === EXHAUSTED) return { passed: false, by: 'timeout' }
    const failure = /^\[FAIL.*?\] (\S+?)\(.*$/m.exec(run.output) ?? /^\[FAIL(?::[^\]]*)?\].*$/m.exec(run.output)
    if (failure === null) throw new Error(`forge failed without a failed test:\n${run.output.slice(-3000)}`)
    return { passed: false, by: failure[1] ?? failure[0] }
  } finally {
    restore(folder)
  }
}

/** The tests that fail without a mutant: those of gas, where nothing is optimized. */
export async function failing(workspace: Workspace, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
  const { code, output } = await forge(workspace, ['test'], env)
  const names = new Set([...output.matchAll(/^\[FAIL.*\] (\w+)\(/gm)].map(([, name = '']) => name))
  if (names.has('setUp') || names.has('constructor') || (code !== 0 && names.size === 0)) {
    throw new Error(`the tests do not run without a mutant:\n${output.slice(-3000)}`)
  }
  return [...names]
}

/** Puts back what was built, also what a run that was killed left mutated. */
function restore(folder: string): void {
  const out = join(folder, 'out')
  if (!existsSync(out)) return
  for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith(SOUND)) renameSync(join(out, name), join(out, name.slice(0, -SOUND.length)))
  }
}

/** The Solidity files below a folder of contracts/, as forge names them. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(join(contracts, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sol'))
    .map((name) => join(folder, name))
    .sort()
}

/** Each file with all that it imports, itself included. */
export function importsOf(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map(
    files.map((file) => {
      const source = readFileSync(join(contracts, file), 'utf8')
      const paths = [...source.matchAll(/from "(\.[^"]+)"/g)].map(([, path = '']) => join(dirname(file), path))
      return [file, paths]
    }),
  )
  const reach = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen
    seen.add(file)
    for (const next of direct.get(file) ?? []) reach(next, seen)
    return seen
  }
  return new Map(files.map((file) => [file, reach(file, new Set())]))
}

/** The contracts of a file that can be deployed. */
export function contractsIn(file: string): readonly string[] {
  const source = readFileSync(join(contracts, file), 'utf8')
  return [...source.matchAll(/^contract (\w+)/gm)].map(([, name = '']) => name)
}

/** Creates what was built, as `new` does. */
const LATE = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

library Late {
    function create(bytes memory code) internal returns (address made) {
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
            if iszero(made) {
                let at := mload(0x40)
                returndatacopy(at, 0, returndatasize())
                revert(at, returndatasize())
            }
        }
    }
}
`

/**
 * Lets tests take hosts of connectors from what was built, as `--dynamic-test-linking` lets them take the contracts of src: the
 * bytecode would be part of the test otherwise.
 */
function linkLate(folder: string): void {
  const files = readdirSync(join(folder, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sol'))
    .map((name) => join(folder, 'test', name))
  const homes = new Map<string, string>()
  for (const file of files) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/^contract (\w+Host) /gm)) {
      homes.set(name, relative(folder, file))
    }
  }
  const deployed = filesIn('src')
    .filter((file) => !file.startsWith('src/devnet/'))
    .flatMap(contractsIn)
  const creation = new RegExp(`new (${deployed.join('|')})\\(((?:[^()]|\\([^()]*\\))*)\\)`, 'g')
  writeFileSync(join(folder, 'test/Late.sol'), LATE)
  for (const file of files) {
    const source = readFileSync(file, 'utf8')
    let late = source.replace(/new (\w+Host)\(\)/g, (whole, name: string) => {
      const home = homes.get(name)
      return home === undefined ? whole : `${name}(deployCode("${home}:${name}"))`
    })
    // forge itself would make a cheatcode of it, and a test that expects that one to revert ends there, passed.
    const own = late.replace(
      creation,
      '$1(payable(Late.create(abi.encodePacked(type($1).creationCode, abi.encode($2)))))',
    )
    if (own !== late) {
      const path = relative(dirname(file), join(folder, 'test/Late.sol'))
      const from = path.startsWith('.') ? path : `./${path}`
      late = own.replace(/^pragma .*$/m, (pragma) => `${pragma}\nimport {Late} from "${from}";`)
    }
    // What is taken from there is read from the chain's point of view.
    if (late.includes('.creationCode')) late = late.replace(/\bpure\b/g, 'view')
    if (late !== source) writeFileSync(file, late)
  }
}

function forge(
  { folder, isOptimized }: Workspace,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  most = MAX_RUN,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done, fail) => {
    const [command = 'test', ...rest] = args
    // What is not optimized is larger than a chain would take.
    const size = command === 'test' && !isOptimized ? ['--code-size-limit', '1048576'] : []
    const all = [join(folder, 'forge.mjs'), command, '--dynamic-test-linking', ...size, ...rest]
    const own = { NO_COLOR: '1', FOUNDRY_SOLC: './solcOnce.cjs', FOUNDRY_OPTIMIZER: String(isOptimized) }
    const limited = ['-c', `ulimit -S -t ${most} && exec "$@"`, 'sh', process.execPath, ...all]
    const child = spawn('sh', limited, { env: { ...process.env, ...own, ...env } })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', fail)
    child.on('close', (code) => done({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
