import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Abi } from 'viem'
import type { Artifact } from '../../../packages/devnet/src/artifacts/Artifact.ts'

const root = dirname(createRequire(import.meta.url).resolve('@stargatefinance/stg-evm-v2/package.json'))

/** Stargate's own artifact of a contract, by its path without ending, e.g. `messaging/TokenMessaging`. */
export function artifact(path: string): Artifact {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const file = join(root, 'artifacts/src', `${path}.sol`, `${name}.json`)
  const { abi, bytecode, deployedBytecode } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly abi: Abi
    readonly bytecode: string
    readonly deployedBytecode: string
  }
  return { name, abi, bytecode, deployedBytecode, links: {} }
}
