// npm's compiler in this process: it starts once, and compiles only what is asked for.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './run.ts'

/** A node of the compiler's syntax tree, as far as it is walked. */
export type AstNode = {
  readonly nodeType: string
  /** Start, length and file, in bytes. */
  readonly src: string
  readonly [key: string]: unknown
}

/** A contract in a file, both as forge names them. */
export type Target = { readonly file: string; readonly contract: string }

type Output = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly sources?: Readonly<Record<string, { readonly ast: AstNode }>>
  readonly contracts?: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly evm: { readonly bytecode: Code; readonly deployedBytecode: Code } }>>
    >
  >
}
type Code = { readonly object: string }

const contracts = join(root, 'contracts')
const require = createRequire(join(contracts, 'package.json'))
const toml = readFileSync(join(contracts, 'foundry.toml'), 'utf8')
const remappings = [...toml.matchAll(/^ {2}"(\S+)=(\S+)",$/gm)].map(([, from = '', to = '']) => ({ from, to }))

let compiler: { compile(input: string, callbacks: { import(path: string): { contents: string } }): string } | undefined

/** Bytecode of the targets, or `undefined` if it does not compile. `sources` stand in for files of the project. */
export function compile(
  targets: readonly Target[],
  folder: string,
  sources: ReadonlyMap<string, string>,
  isOptimized = true,
): ReadonlyMap<Target, { readonly creation: string; readonly runtime: string }> | undefined {
  if (targets.length === 0) return new Map()
  const selection: Record<string, Record<string, readonly string[]>> = {}
  for (const { file, contract } of targets) {
    selection[file] = { ...selection[file], [contract]: ['evm.bytecode.object', 'evm.deployedBytecode.object'] }
  }
  const output = standardJson(Object.keys(selection), folder, sources, selection, isOptimized)
  if (output.errors?.some(({ severity }) => severity === 'error')) return undefined
  const compiled = new Map<Target, { creation: string; runtime: string }>()
  for (const target of targets) {
    const evm = output.contracts?.[target.file]?.[target.contract]?.evm
    if (evm === undefined) throw new Error(`${target.contract} is not in ${target.file}`)
    compiled.set(target, { creation: evm.bytecode.object, runtime: evm.deployedBytecode.object })
  }
  return compiled
}

/** The syntax trees of these files. */
export function parse(files: readonly string[], folder: string): ReadonlyMap<string, AstNode> {
  const output = standardJson(files, folder, new Map(), { '*': { '': ['ast'] } })
  return new Map(
    files.map((file) => {
      const ast = output.sources?.[file]?.ast
      if (ast === undefined) throw new Error(output.errors?.[0]?.formattedMessage ?? `${file} has no syntax tree`)
      return [file, ast]
    }),
  )
}

function standardJson(
  files: readonly string[],
  folder: string,
  sources: ReadonlyMap<string, string>,
  outputSelection: unknown,
  isOptimized = true,
): Output {
  compiler ??= require('solc')
  const read = (path: string) => sources.get(path) ?? readFileSync(join(folder, path), 'utf8')
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(files.map((file) => [file, { content: read(file) }])),
    // As foundry.toml has them.
    settings: {
      remappings: remappings.map(({ from, to }) => `${from}=${to}`),
      optimizer: isOptimized ? { enabled: true, runs: 200 } : { enabled: false },
      evmVersion: 'cancun',
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection,
    },
  }
  return JSON.parse(
    compiler?.compile(JSON.stringify(input), { import: (path) => ({ contents: read(path) }) }) ?? '',
  ) as Output
}
