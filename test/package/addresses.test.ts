import { aaveV3 } from '@unimargin/adapters/aave-v3'
import * as aaveV3Addresses from '@unimargin/adapters/aave-v3/addresses'
import * as aaveV3Contracts from '@unimargin/adapters/aave-v3/contracts'
import * as chainAddresses from '@unimargin/adapters/chains'
import { compoundV2 } from '@unimargin/adapters/compound-v2'
import * as compoundV2Addresses from '@unimargin/adapters/compound-v2/addresses'
import { compoundV3 } from '@unimargin/adapters/compound-v3'
import * as compoundV3Addresses from '@unimargin/adapters/compound-v3/addresses'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import * as morphoBlueAddresses from '@unimargin/adapters/morpho-blue/addresses'
import { wallet } from '@unimargin/adapters/wallet'
import * as walletAddresses from '@unimargin/adapters/wallet/addresses'
import { MULTICALL3 } from '@unimargin/sdk'
import { getAddress, isAddress, zeroAddress } from 'viem'
import * as viemChains from 'viem/chains'
import { describe, expect, test } from 'vitest'
import * as routeAddresses from '../../packages/adapters/src/routes/addresses.ts'
import * as verifierAddresses from '../../packages/adapters/src/routes/verifiers.ts'
import { type Book, differences, leavesOf, render } from '../../scripts/addresses/Book.ts'
import { chains } from '../../scripts/addresses/chains.ts'
import { everyWrongDigit } from '../../scripts/addresses/everyWrongDigit.ts'

const book: Book = {
  'aave-v3': { ...aaveV3Addresses },
  'aave-v3/contracts': { ...aaveV3Contracts },
  'morpho-blue': { ...morphoBlueAddresses },
  'compound-v3': { ...compoundV3Addresses },
  'compound-v2': { ...compoundV2Addresses },
  wallet: { ...walletAddresses },
  chains: { ...chainAddresses },
}
const leaves = [...leavesOf(book)].map(([path, json]) => [path, JSON.parse(json)] as const)
const addresses = leaves.filter(([, value]) => typeof value === 'string' && value.startsWith('0x'))

describe('the address book', () => {
  test('default', () => {
    expect(addresses.length).toBeGreaterThan(300)
    expect(addresses.filter(([, value]) => !isAddress(value) || getAddress(value) !== value)).toEqual([])
    expect(addresses.filter(([, value]) => value === zeroAddress)).toEqual([])
    expect(Object.keys(chainAddresses).sort()).toEqual(chains.map(({ key }) => key).sort())
    expect(Object.keys(aaveV3Contracts)).toEqual(Object.keys(aaveV3Addresses))
    expect(Object.keys(walletAddresses).sort()).toEqual(chains.map(({ key }) => key).sort())
  })

  test('behavior: so are routes and verifiers, each end on the chain that it is called by', () => {
    const ids = new Map(chains.map(({ key, chainId }) => [key, chainId]))
    const ends = [...Object.entries(routeAddresses), ...Object.entries(verifierAddresses)].flatMap(([name, entry]) =>
      Object.entries(entry).flatMap(([key, end]) => (typeof end === 'object' ? [{ name, key, end }] : [])),
    )
    expect(ends.length).toBeGreaterThan(100)
    expect(ends.filter(({ key, end }) => ids.get(key) !== end.chainId)).toEqual([])
    const found = ends.flatMap(({ end }) => Object.values(end).filter((value) => typeof value === 'string'))
    expect(found.filter((value) => !isAddress(value) || getAddress(value) !== value || value === zeroAddress)).toEqual(
      [],
    )
  })

  test('behavior: an entry is of the chain that its name says', () => {
    const ids = new Map(chains.map(({ key, chainId }) => [key, chainId]))
    for (const { key, chainId } of chains) expect([key, Reflect.get(viemChains, key)?.id]).toEqual([key, chainId])
    const strays = Object.entries(book).flatMap(([file, module]) =>
      Object.entries(module)
        .filter(([name, { chainId }]) => ids.get(name.replace(/[A-Z].*$/, '')) !== chainId)
        .map(([name]) => `${file} ${name}`),
    )
    expect(strays).toEqual([])
  })

  test.each([
    ['aave-v3', 'pool'],
    ['morpho-blue', 'morpho'],
    ['compound-v3', 'comet'],
    ['compound-v2', 'comptroller'],
    ['chains', 'eid'],
  ])('behavior: no market of %s is there twice', (file, field) => {
    const markets = Object.values(book[file] ?? {}).map((entry) => `${entry.chainId} ${entry[field]}`)
    expect(markets.length).toBeGreaterThan(7)
    expect(
      markets.filter((market, index) => markets.indexOf(market) !== index || market.includes('undefined')),
    ).toEqual([])
  })

  test('behavior: every entry makes an adapter', () => {
    const marketId = `0x${'12'.repeat(32)}` as const
    const keys = [
      ...Object.values(aaveV3Addresses).map((entry) => aaveV3(entry).market.key),
      ...Object.values(morphoBlueAddresses).map((entry) => morphoBlue({ ...entry, marketId }).market.key),
      ...Object.values(compoundV3Addresses).map((entry) => compoundV3(entry).market.key),
      ...Object.values(compoundV2Addresses).map((entry) => compoundV2(entry).market.key),
      ...Object.values(walletAddresses).map((entry) => wallet(entry).market.key),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('behavior: where Multicall3 is elsewhere, those who need it are told', () => {
    for (const [name, { multicall3 }] of Object.entries(chainAddresses)) {
      const told = Object.entries({ ...walletAddresses, ...compoundV2Addresses })
        .filter(([key]) => key === name || key.replace(/[A-Z].*$/, '') === name)
        .map(([, entry]) => ('multicall3' in entry ? entry.multicall3 : MULTICALL3))
      expect([name, [...new Set(told)]]).toEqual([name, [multicall3]])
    }
  })

  test('behavior: a coin that is a token as well is not counted twice', () => {
    expect(walletAddresses.metis.native).toBe(false)
    expect(walletAddresses.metis.assets).toContain(chainAddresses.metis.wrappedNative)
  })
})

describe('differences', () => {
  test('default', () => {
    expect(differences(book, book)).toEqual([])
  })

  test('behavior: one wrong digit in any address is noticed', () => {
    const wrong = everyWrongDigit(book)
    expect(wrong).toHaveLength(addresses.length)
    expect(wrong.filter(({ book: changed }) => differences(book, changed).length !== 1)).toEqual([])
  })

  test('behavior: what is missing or besides is named', () => {
    const { 'aave-v3': aave, ...rest } = book
    const { base, ...others } = aave ?? {}
    expect(base).toBeDefined()
    expect(differences(book, { ...rest, 'aave-v3': others })).toContain(
      'aave-v3 base.pool is missing: "0xA238Dd80C259a72e81d7e4664a9801593F98d1c5"',
    )
    expect(differences({ ...rest, 'aave-v3': others }, book)).toContain('aave-v3 base.pool is in no source')
  })
})

describe('render', () => {
  test('default', () => {
    const entry = { chainId: 1, name: 'A', of: { chainId: 1 }, list: ['a', 'b'], isIt: false }
    expect(render({ one: entry }, 'Why.')).toMatchInlineSnapshot(`
      "// Generated by scripts/generate-addresses.ts; do not edit.
      // Why.

      export const one = {
        chainId: 1,
        name: 'A',
        of: { chainId: 1 },
        list: ['a', 'b'],
        isIt: false,
      } as const
      "
    `)
  })
})
