import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Abi, Address, Hex } from 'viem'
import { MissingArtifactError } from '../errors/MissingArtifactError.ts'

/** Where in the bytecode which library's address belongs; offsets in bytes. */
type LinkReferences = Readonly<
  Record<string, Readonly<Record<string, readonly { readonly start: number; readonly length: number }[]>>>
>

/** A compiled contract, read from a package at run time: no bytecode of others is in this repository. */
export type Artifact = {
  readonly name: string
  readonly abi: Abi
  /** Creation code; unlinked if `links` is not empty. */
  readonly bytecode: string
  /** Runtime code as compiled: immutables are zero. */
  readonly deployedBytecode: string
  readonly links: LinkReferences
}

const require = createRequire(import.meta.url)
const cache = new Map<string, Artifact>()

/** A contract of `@layerzerolabs/lz-evm-sdk-v2`, by its path without ending, e.g. `uln/dvn/DVN`. */
export function layerZero(path: string): Artifact {
  return load('@layerzerolabs/lz-evm-sdk-v2', `artifacts/contracts/${sourceAndName(path)}`)
}

/** A contract of `@aave/core-v3`, by its path without ending, e.g. `protocol/pool/Pool`. */
export function aave(path: string): Artifact {
  return load('@aave/core-v3', `artifacts/contracts/${sourceAndName(path)}`)
}

/** A contract of this repository, by its name. Build first: see `ensureContractsBuilt`. */
export function own(name: string): Artifact {
  return load('@unimargin/contracts', `artifacts/${name}.sol/${name}.json`)
}

/**
 * Puts the addresses of libraries into a contract's creation code.
 *
 * @throws MissingArtifactError for a library that is not given.
 */
export function link(artifact: Artifact, libraries: Readonly<Record<string, Address>>): Hex {
  let code = artifact.bytecode
  for (const [library, places] of Object.values(artifact.links).flatMap((file) => Object.entries(file))) {
    const address = libraries[library]
    if (address === undefined) throw new MissingArtifactError({ artifact: `${library}, a library of ${artifact.name}` })
    for (const { start, length } of places) {
      const from = 2 + 2 * start
      code = code.slice(0, from) + address.slice(2).toLowerCase() + code.slice(from + 2 * length)
    }
  }
  return code as Hex
}

function sourceAndName(path: string): string {
  return `${path}.sol/${path.slice(path.lastIndexOf('/') + 1)}.json`
}

function load(packageName: string, path: string): Artifact {
  const key = `${packageName}/${path}`
  const cached = cache.get(key)
  if (cached !== undefined) return cached
  const artifact = read(packageName, path)
  cache.set(key, artifact)
  return artifact
}

/** Hardhat writes bytecode as text, Foundry as an object. */
type Code = string | { readonly object: string; readonly linkReferences: LinkReferences }

function read(packageName: string, path: string): Artifact {
  const key = `${packageName}/${path}`
  try {
    const file = join(dirname(require.resolve(`${packageName}/package.json`)), path)
    const json = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly abi: Abi
      readonly bytecode: Code
      readonly deployedBytecode: Code
      readonly linkReferences?: LinkReferences
    }
    const { abi, bytecode, deployedBytecode } = json
    const links = typeof bytecode === 'string' ? (json.linkReferences ?? {}) : bytecode.linkReferences
    const name = path.slice(path.lastIndexOf('/') + 1, -'.json'.length)
    return { name, abi, bytecode: textOf(bytecode), deployedBytecode: textOf(deployedBytecode), links }
  } catch (cause) {
    throw new MissingArtifactError({ artifact: key, cause })
  }
}

function textOf(code: Code): string {
  return typeof code === 'string' ? code : code.object
}
