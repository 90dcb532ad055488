// What the packages in labs/addresses say, one reader per package. Nothing is believed to have a shape before it was looked at.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../run.ts'
import { isAddress } from './Book.ts'
import type { ChainNames } from './chains.ts'

export const lab = join(root, 'labs/addresses')

/** Everything that is read of the packages. */
export type Sources = {
  readonly aave: Fields
  readonly morpho: Fields
  readonly endpointIds: Fields
  readonly viem: Fields
  readonly moonwell: (folder: string) => Promise<Fields>
  readonly venus: (file: string) => Fields
  readonly layerZero: (folder: string, contract: string) => string
  /** A contract of LayerZero's on a chain, if it is there. */
  readonly maybeLayerZero: (folder: string, contract: string) => string | undefined
  /** Names of the verifiers (DVNs) that LayerZero lists on a chain, as its files are called. */
  readonly verifiers: (folder: string) => readonly string[]
  /** A deployment of Stargate V2, if it is there: its address, and what it was constructed with. */
  readonly stargate: (folder: string, contract: string) => Fields | undefined
  readonly recorded: Recorded
  /** With its EIP-55 checksum. Throws where a checksum is there and wrong. */
  readonly checksummed: (address: string) => string
}

/** A JSON object or a module, whose fields nobody has looked at yet. */
export type Fields = { readonly of: (...path: readonly (string | number)[]) => unknown }

/** Addresses that no package has, each with where it was read. */
export type Recorded = {
  readonly comets: readonly {
    readonly chain: string
    readonly base: string
    readonly comet: string
    readonly unit?: 'base'
  }[]
  readonly sequencers: readonly { readonly chain: string; readonly feed: string }[]
  readonly ofts: readonly {
    readonly route: string
    readonly key: string
    readonly sharedDecimals: number
    readonly chain: string
    readonly asset: string
    readonly oft: string
  }[]
}

export async function readSources(): Promise<Sources> {
  return {
    aave: await module('@bgd-labs/aave-address-book/dist/AaveAddressBook.mjs'),
    morpho: await module('@morpho-org/blue-sdk/lib/esm/index.js'),
    endpointIds: await module('@layerzerolabs/lz-definitions/dist/index.mjs'),
    viem: await module('viem/_esm/chains/index.js'),
    moonwell: (folder) => module(`@moonwell-fi/moonwell-sdk/_esm/environments/definitions/${folder}/contracts.js`),
    venus: (file) => json(`node_modules/@venusprotocol/isolated-pools/deployments/${file}_addresses.json`),
    layerZero: (folder, contract) => addressAt(json(`${layerZeroFolder(folder)}/${contract}.json`), 'address'),
    maybeLayerZero: (folder, contract) => {
      const file = maybeJson(`${layerZeroFolder(folder)}/${contract}.json`)
      return file && addressAt(file, 'address')
    },
    verifiers: (folder) =>
      readdirSync(join(lab, layerZeroFolder(folder)))
        .map((file) => file.replace(/\.json$/, ''))
        .filter((name) => /^DVN(?!FeeLib|Decompressor|Read)\w*$/.test(name)),
    stargate: (folder, contract) =>
      maybeJson(`node_modules/@stargatefinance/stg-evm-sdk-v2/deployments/${folder}-mainnet/${contract}.json`),
    recorded: JSON.parse(readFileSync(join(lab, 'recorded.json'), 'utf8')),
    checksummed: await readChecksum(),
  }
}

/** The address at a path of a source. */
export function addressAt(fields: Fields, ...path: readonly (string | number)[]): string {
  const value = fields.of(...path)
  if (typeof value === 'string' && isAddress(value)) return value
  throw new TypeError(`${path.join('.')} is no address: ${String(value)}`)
}

/** The address at a path, if there is anything. */
export function maybeAddressAt(fields: Fields, ...path: readonly (string | number)[]): string | undefined {
  return fields.of(...path) === undefined ? undefined : addressAt(fields, ...path)
}

/** The number at a path. */
export function numberAt(fields: Fields, ...path: readonly (string | number)[]): number {
  const value = fields.of(...path)
  if (typeof value === 'number') return value
  throw new TypeError(`${path.join('.')} is no number: ${String(value)}`)
}

/** A source that calls the chain otherwise than its id would be of another chain. */
export function assertChain(chain: ChainNames, found: number, source: string): void {
  if (found !== chain.chainId) throw new TypeError(`${chain.key} is chain ${found} in ${source}, not ${chain.chainId}`)
}

async function readChecksum(): Promise<Sources['checksummed']> {
  const viem = await module('viem/_esm/index.js')
  const [isAddress, getAddress] = [viem.of('isAddress'), viem.of('getAddress')]
  if (typeof isAddress !== 'function' || typeof getAddress !== 'function') throw new TypeError('viem has no getAddress')
  return (address) => {
    if (isAddress(address) !== true) throw new TypeError(`${address} has a wrong checksum`)
    return String(getAddress(address))
  }
}

async function module(path: string): Promise<Fields> {
  const loaded: unknown = await import(pathToFileURL(join(lab, 'node_modules', path)).href)
  return fieldsOf(loaded)
}

function layerZeroFolder(folder: string): string {
  return `node_modules/@layerzerolabs/lz-evm-sdk-v2/deployments/${folder}-mainnet`
}

function maybeJson(path: string): Fields | undefined {
  return existsSync(join(lab, path)) ? json(path) : undefined
}

function json(path: string): Fields {
  return fieldsOf(JSON.parse(readFileSync(join(lab, path), 'utf8')))
}

export function fieldsOf(value: unknown): Fields {
  return {
    of: (...path) =>
      path.reduce<unknown>(
        (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
        value,
      ),
  }
}
