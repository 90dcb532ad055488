import { getAddress } from 'viem'
import { arbitrum, base } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeChain, Revert } from '../../test/FakeChain.ts'
import { deployFakeMarket, fakeMarket } from '../../test/fakeMarket.ts'
import { createMarginClient } from '../client/createMarginClient.ts'
import type { DataIssue } from '../model/DataIssue.ts'
import type { Address } from '../model/Hex.ts'
import type { MarginView } from '../model/MarginView.ts'
import { WAD } from '../units/Wad.ts'
import { getMarginView } from './getMarginView.ts'

const OWNER = getAddress('0x00000000000000000000000000000000000a11ce')
const OTHER = getAddress('0x0000000000000000000000000000000000000b0b')
const POOL = getAddress('0x0000000000000000000000000000000000000900')
const NOW = 1_700_000_000
const holdings = Object.fromEntries(
  [OWNER, OTHER].map((owner) => [owner.toLowerCase(), { collateral: 10n * WAD, debt: 4n * WAD }]),
)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const chain = { arbitrum: new FakeChain({ chainId: arbitrum.id }), base: new FakeChain({ chainId: base.id }) }
  let isPriced = true
  const price = () => {
    if (!isPriced) throw new Revert()
    return WAD
  }
  for (const each of Object.values(chain)) deployFakeMarket(each, POOL, { price, holdings })
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: chain.arbitrum.transport, [base.id]: chain.base.transport },
    adapters: [arbitrum, base].map(({ id }) => fakeMarket({ chainId: id, pool: POOL })),
  })
  return {
    chain,
    look: async (at: number, ...owners: readonly Address[]): Promise<MarginView> => {
      vi.setSystemTime((NOW + at) * 1_000)
      return getMarginView(client, { owners: owners.length === 0 ? [OWNER] : owners })
    },
    breakBase: () => {
      chain.base.intercept = () => Promise.reject(new Error('down'))
    },
    mendBase: () => {
      chain.base.intercept = (answer) => answer()
    },
    setPriced: (value: boolean) => {
      isPriced = value
    },
  }
}

const told = ({ issues }: MarginView) => issues.map(({ path, since }) => [path, Number(since) - NOW])

/** Every issue, wherever it stands in a view. */
function everyIssue(value: unknown): readonly DataIssue[] {
  if (typeof value !== 'object' || value === null) return []
  if ('kind' in value && 'path' in value && !('asset' in value)) return [value as DataIssue]
  return Object.values(value).flatMap(everyIssue)
}

describe('stampIssues', () => {
  test('default: an issue says since when it is there without a break, and begins anew after one', async () => {
    const { look, breakBase, mendBase } = setUp()
    expect((await look(0)).issues).toEqual([])
    breakBase()
    expect(told(await look(10))).toEqual([
      ['chain', 10],
      ['position', 10],
    ])
    expect(told(await look(20))).toEqual([
      ['chain', 10],
      ['position', 10],
    ])
    mendBase()
    expect((await look(30)).issues).toEqual([])
    breakBase()
    expect(told(await look(40))).toEqual([
      ['chain', 40],
      ['position', 40],
    ])
  })

  test('behavior: a chain that is down is said once, and once for each position', async () => {
    const { look, breakBase } = setUp()
    breakBase()
    const view = await look(0, OWNER, OTHER)
    expect(view.issues.map(({ path, owner }) => [path, owner])).toEqual([
      ['chain', undefined],
      ['position', OWNER],
      ['position', OTHER],
    ])
  })

  test('behavior: a view of others forgets nothing of an owner, and what belongs to nobody is shared', async () => {
    const { look, breakBase } = setUp()
    breakBase()
    await look(10, OWNER)
    expect(told(await look(20, OTHER))).toEqual([
      ['chain', 10],
      ['position', 20],
    ])
    expect(told(await look(30, OWNER, OTHER))).toEqual([
      ['chain', 10],
      ['position', 10],
      ['position', 20],
    ])
  })

  test('behavior: what is missing stays the same while the reason for it changes', async () => {
    const { look, breakBase, chain } = setUp()
    breakBase()
    await look(10)
    chain.base.intercept = () => '0x'
    const view = await look(20)
    expect(told(view)).toEqual([
      ['chain', 10],
      ['position', 10],
    ])
    expect(view.issues[0]?.reason).not.toContain('down')
  })

  test('behavior: a reserve is located in its market, and each place where the issue stands is stamped', async () => {
    const { look, setPriced } = setUp()
    setPriced(false)
    await look(10)
    const view = await look(20)
    expect(told(view)).toEqual([
      ['reserves.FAKE.price', 10],
      ['reserves.FAKE.price', 10],
    ])
    const everywhere = everyIssue({ ...view, flags: [] })
    expect(everywhere.length).toBeGreaterThan(10)
    expect(new Set(everywhere.map(({ since }) => since))).toEqual(new Set([BigInt(NOW + 10)]))
  })
})
