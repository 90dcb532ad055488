import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient, type MoveQuote, Wad } from '@unimargin/sdk'
import { isMockMarket, mockChain, mockMessageBus } from '@unimargin/sdk/testing'
import { createWalletClient } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { mockTinyMarket, tinyAdapter } from '../fixtures/tinyMarket.ts'

// An adapter that is none of ours, with its own part of the kit, next to a mocked Aave.

const ETH = 10n ** 18n
const owner = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const reserves = { WETH: { price: '2000', liquidationThreshold: '0.8' }, USDC: { price: '1', decimals: 6 } } as const

function createWorld(cap?: bigint) {
  const aave = mockAaveV3({ chainId: arbitrum.id, reserves })
  const tiny = mockTinyMarket(base.id, cap)
  const balances = { [owner.address]: ETH }
  const positions = (weth: string, usdc: string) => [
    { owner: owner.address, supply: { WETH: weth }, borrow: { USDC: usdc } },
  ]
  const chains = [
    mockChain({ chain: arbitrum, markets: [aave], positions: positions('10', '5000'), balances }),
    mockChain({ chain: base, markets: [tiny], positions: positions('5', '7500'), balances }),
  ] as const
  const bus = mockMessageBus({ chains })
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: chains[0].transport, [base.id]: chains[1].transport },
    adapters: [aave.adapter, tinyAdapter(base.id)],
    routers: bus.routers,
    routes: bus.routes,
  })
  const quoted = async (from: 0 | 1, to: 0 | 1, amount: bigint) => {
    const view = await client.getMarginView({ owner: owner.address })
    const idOn = (index: 0 | 1) =>
      view.positions.find(({ market }) => market.chainId === chains[index].chain.id)?.id ?? 'none'
    const ends = { donor: idOn(from), receiver: idOn(to), asset: 'WETH' }
    const goal = { amount, donorFloor: Wad.fromDecimal('1.05') }
    const plan = client.planMove({ view, ...ends, ...goal, acceptFlags: ['single-source'] })
    if (plan.status !== 'plan') throw new TypeError(plan.status)
    return client.getMoveQuote({ plan, owner: owner.address })
  }
  const send = ({ quote, from }: { readonly quote: MoveQuote; readonly from: 0 | 1 }) => {
    const { chain, transport } = chains[from]
    return client.sendMove({ quote, walletClient: createWalletClient({ account: owner, chain, transport }) })
  }
  const move = async (from: 0 | 1, to: 0 | 1, amount: bigint) => send({ quote: await quoted(from, to, amount), from })
  return { client, chains, tiny, quoted, send, move }
}

describe('a market of a third party', () => {
  test('default', async () => {
    const { client, tiny } = createWorld()
    expect(isMockMarket(tiny)).toBe(true)
    const view = await client.getMarginView({ owner: owner.address })
    expect(view.issues).toEqual([])
    const found = view.positions.find(({ market }) => market.protocol === 'tiny')
    const rounded = found?.health.status === 'known' ? Wad.formatDown(found.health.factor, 6) : found?.health.status
    expect(rounded).toBe('1.066666')
  })

  test('behavior: collateral comes from Aave and goes back', async () => {
    const { client, chains, tiny, move } = createWorld()
    const there = await move(0, 1, 2n * ETH)
    expect(await client.getMoveStatus({ move: there })).toMatchObject({ state: 'credited', amount: 2n * ETH })
    const weth = tiny.assets[0]?.address ?? '0x'
    const supplied = () => [...chains[1].state.values()].find(isMockMarket)?.suppliedOf(owner.address, weth)
    expect(supplied()).toBe(7n * ETH)
    const back = await move(1, 0, ETH)
    expect(await client.getMoveStatus({ move: back })).toMatchObject({ state: 'credited', amount: ETH })
    expect(supplied()).toBe(6n * ETH)
    expect(chains.map(({ unmocked }) => unmocked)).toEqual([[], []])
  })

  test('behavior: what it refuses is parked', async () => {
    const { client, move } = createWorld(6n * ETH)
    const handle = await move(0, 1, 2n * ETH)
    expect(await client.getMoveStatus({ move: handle })).toMatchObject({ state: 'parked', amount: 2n * ETH })
    const { parked } = await client.getMarginView({ owner: owner.address })
    expect(parked).toMatchObject([{ guid: handle.guid, amount: 2n * ETH, value: 4_000n * ETH }])
  })

  test('error: SourceHealthTooLow, by its own health', async () => {
    const { chains, quoted, send } = createWorld()
    const quote = await quoted(1, 0, ETH / 20n)
    chains[1].setPrice('WETH', '1900')
    await expect(send({ quote, from: 1 })).rejects.toThrowError(
      expect.objectContaining({ revert: expect.objectContaining({ name: 'SourceHealthTooLow' }) }),
    )
  })
})
