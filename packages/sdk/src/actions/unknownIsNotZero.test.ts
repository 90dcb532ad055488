import fc from 'fast-check'
import {
  decodeFunctionData,
  decodeFunctionResult,
  encodeFunctionResult,
  getAddress,
  type Hex,
  multicall3Abi,
} from 'viem'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, fakeMarket } from '../../test/fakeMarket.ts'
import { createMarginClient } from '../client/createMarginClient.ts'
import type { Address } from '../model/Hex.ts'
import type { MarginView } from '../model/MarginView.ts'
import type { Quantity } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import { getMarginView } from './getMarginView.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const POOLS = [
  getAddress('0x0000000000000000000000000000000000000900'),
  getAddress('0x0000000000000000000000000000000000000901'),
] as const
const holdings = { [OWNER.toLowerCase()]: { collateral: 10n * WAD, debt: 4n * WAD } }

type Call = 'revert' | 'empty' | 'short' | 'long' | 'dirty'
type Whole = 'refuse' | 'empty' | 'garbage' | 'reverted'
/** What befalls single calls to the markets, by their place from 1 on; the first of the head (0); whole answers. */
type Faults = { readonly calls: ReadonlyMap<number, Call>; readonly whole: Whole | undefined }

const call = fc.constantFrom<Call>('revert', 'empty', 'short', 'long', 'dirty')
const placed = (places: fc.Arbitrary<number>) =>
  fc.array(fc.tuple(places, call), { maxLength: 3 }).map((entries) => new Map(entries))
const faults: fc.Arbitrary<Faults> = fc.record({
  // A price may fail alone, a balance takes its position with it: prices more often, so that much is known in part.
  calls: fc.oneof(placed(fc.nat(6)), { weight: 3, arbitrary: placed(fc.constantFrom(1, 4)) }),
  whole: fc.option(fc.constantFrom<Whole>('refuse', 'empty', 'garbage', 'reverted'), { nil: undefined, freq: 6 }),
})

function broken(data: Hex, fault: Call | undefined): { readonly success: boolean; readonly returnData: Hex } {
  if (fault === undefined) return { success: true, returnData: data }
  const returnData = {
    revert: '0x',
    empty: '0x',
    short: data.slice(0, -2),
    long: `${data}00`,
    dirty: `0x${'f'.repeat(data.length)}`,
  } as const
  return { success: fault !== 'revert', returnData: returnData[fault] as Hex }
}

/** Breaks the answers from the `begin`th request on. */
function breakChain(chain: FakeChain, { calls, whole }: Faults, begin: number): void {
  chain.intercept = (answer, { params }) => {
    if (chain.requests.length <= begin) return answer()
    if (whole === 'refuse') return Promise.reject(new Error('503'))
    if (whole === 'empty') return '0x'
    if (whole === 'garbage') return `0x${'00'.repeat(640)}`
    if (whole === 'reverted') return Promise.reject(Object.assign(new Error('execution reverted'), { code: 3 }))
    const { data } = (params as readonly [{ readonly data: Hex }])[0]
    const { args } = decodeFunctionData({ abi: multicall3Abi, data })
    const asked = args[0] as readonly { readonly target: Address }[]
    const results = decodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', data: answer() as Hex })
    let place = 0
    const result = results.map(({ success, returnData }, index) => {
      const isPool = POOLS.some((pool) => pool === getAddress(asked[index]?.target ?? pool))
      if (isPool) place += 1
      const fault = isPool ? calls.get(place) : index === 0 ? calls.get(0) : undefined
      return success ? broken(returnData, fault) : { success, returnData }
    })
    return encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result })
  }
}

async function read(broken: readonly Faults[], begin: number): Promise<MarginView> {
  const chains = [new FakeChain({ chainId: arbitrum.id }), new FakeChain({ chainId: base.id })] as const
  for (const [index, chain] of chains.entries()) {
    for (const pool of POOLS) deployFakeMarket(chain, pool, { price: () => 2_000n * WAD, holdings })
    const fault = broken[index]
    if (fault !== undefined) breakChain(chain, fault, begin)
  }
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: chains[0].transport, [base.id]: chains[1].transport },
    adapters: [arbitrum, base].flatMap(({ id }) => POOLS.map((pool) => fakeMarket({ chainId: id, pool }))),
  })
  return getMarginView(client, { owner: OWNER })
}

const isTrueOrUnknown = (quantity: Quantity, truth: bigint) => typeof quantity !== 'bigint' || quantity === truth

describe('zero', () => {
  test('default: no failure of any call makes a number that was not read, in a leg, a health or a total', async () => {
    const truth = await read([], 0)
    expect(truth.totals).toMatchObject({ status: 'complete', debtValue: 32_000n * WAD })
    const seen = { unread: 0, partial: 0, whole: 0 }
    await fc.assert(
      // The first answer brings the metadata, the second one the state.
      fc.asyncProperty(fc.array(faults, { minLength: 2, maxLength: 2 }), fc.nat(1), async (all, begin) => {
        const view = await read(all, begin)
        expect(view.positions.map(({ id }) => id)).toEqual(truth.positions.map(({ id }) => id))
        for (const [index, position] of view.positions.entries()) {
          const real = truth.positions[index]
          if (position.status === 'unread' || real?.status !== 'read') {
            expect(position.health.status).toBe('unknown')
            expect(position.issues.length).toBeGreaterThan(0)
            seen.unread += 1
            continue
          }
          expect([position.collateral.length, position.debt.length]).toEqual([1, 1])
          for (const [legs, realLegs] of [
            [position.collateral, real.collateral],
            [position.debt, real.debt],
          ] as const) {
            for (const [at, leg] of legs.entries()) {
              for (const what of ['amount', 'price', 'value'] as const) {
                expect(isTrueOrUnknown(leg[what], realLegs[at]?.[what] as bigint)).toBe(true)
              }
            }
          }
          for (const what of ['collateralValue', 'debtValue', 'weightedCollateral', 'weightedDebt'] as const) {
            expect(isTrueOrUnknown(position[what], real[what] as bigint)).toBe(true)
          }
          if (position.health.status === 'unknown') seen.partial += 1
          else {
            expect(position.health).toEqual(real.health)
            seen.whole += 1
          }
        }
        const unsure = view.positions.filter(({ health }) => health.status === 'unknown')
        expect(view.totals.status).toBe(unsure.length === 0 ? 'complete' : 'partial')
        if (view.totals.status === 'partial') {
          expect(view.totals.missing).toEqual(unsure.map(({ id }) => id))
          expect(view.totals.known.debtValue).toBe(BigInt(4 - unsure.length) * 8_000n * WAD)
          expect([view.verdict, view.aggregate.status, view.weakest.health.status]).toEqual(Array(3).fill('unknown'))
          expect(view.issues.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
    expect(Math.min(seen.unread, seen.partial, seen.whole)).toBeGreaterThan(50)
  })

  test('behavior: a market that fails leaves the other market of its chain whole, and the other chain', async () => {
    // Price, collateral and debt of the first market of Arbitrum.
    const calls = new Map([1, 2, 3].map((place) => [place, 'revert'] as const))
    const dead: Faults = { calls, whole: undefined }
    const view = await read([dead], 1)
    expect(view.positions.map(({ status }) => status)).toEqual(['unread', 'read', 'read', 'read'])
    expect(view.positions.slice(1).map(({ health }) => health.status)).toEqual(['known', 'known', 'known'])
    expect(view.issues).toMatchObject([{ kind: 'reverted', chainId: arbitrum.id, owner: OWNER, path: 'position' }])
  })
})
