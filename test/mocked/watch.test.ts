import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
import { createMarginClient, type MarginView, type ReadPosition, Wad } from '@unimargin/sdk'
import { mockChain } from '@unimargin/sdk/testing'
import { getAddress } from 'viem'
import { arbitrum, base } from 'viem/chains'
import { describe, expect, test } from 'vitest'

const [ALICE, BOB] = ['0x00000000000000000000000000000000000a11ce', '0x0000000000000000000000000000000000000b0b'].map(
  (address) => getAddress(address),
)

function setUp() {
  if (ALICE === undefined || BOB === undefined) throw new TypeError('two were made')
  const owners = [ALICE, BOB] as const
  const [one, two] = [arbitrum, base].map((chain) => {
    const aave = mockAaveV3({
      chainId: chain.id,
      reserves: {
        WETH: { price: '3000', liquidationThreshold: '0.825', loanToValue: '0.8' },
        USDC: { price: '1', decimals: 6, liquidationThreshold: '0.78', loanToValue: '0.75' },
      },
      positions: owners.map((owner) => ({ owner, supply: { WETH: '10' }, borrow: { USDC: '12000' } })),
    })
    return { aave, chain: mockChain({ chain, markets: [aave] }) }
  })
  if (one === undefined || two === undefined) throw new TypeError('two were made')
  const client = createMarginClient({
    chains: [arbitrum, base],
    transports: { [arbitrum.id]: one.chain.transport, [base.id]: two.chain.transport },
    adapters: [one.aave.adapter, two.aave.adapter],
  })
  const watch = client.watchMarginView({ accounts: owners.map((owner) => ({ owner })), every: 600_000 })
  return { owners, arbitrum: one, base: two, client, watch }
}

function positionOf(view: MarginView | undefined, chainId: number): ReadPosition {
  const position = view?.positions.find(({ market }) => market.chainId === chainId)
  if (position?.status !== 'read') throw new TypeError('it was read')
  return position
}

describe('watchMarginView of Aave V3', () => {
  test('default: of many owners only those are judged anew whose position or whose price changed', async () => {
    const { owners, watch, client, ...chains } = setUp()
    const [alice, bob] = owners
    const look = async () => {
      await watch.refresh()
      return { alice: positionOf(watch.latest(alice), base.id), bob: positionOf(watch.latest(bob), base.id) }
    }
    const first = await look()
    expect(await look()).toEqual(first)
    expect((await look()).alice).toBe(first.alice)

    // A block alone: other positions, of the very same legs.
    chains.base.chain.mine()
    const mined = await look()
    expect(mined.alice).not.toBe(first.alice)
    expect(mined.alice.block.number).toBe(first.alice.block.number + 1n)
    expect(mined.alice.collateral).toBe(first.alice.collateral)

    chains.base.chain.setPosition({ owner: bob, supply: { WETH: '20' }, borrow: { USDC: '12000' } })
    const moved = await look()
    expect(moved.alice.collateral).toBe(first.alice.collateral)
    expect(moved.alice.debt).toBe(first.alice.debt)
    expect(moved.bob.collateral).not.toBe(first.bob.collateral)
    expect(moved.bob.weightedCollateral).toBe(49_500n * 10n ** 18n)

    chains.base.chain.setPrice('WETH', '2000')
    const fallen = await look()
    expect(fallen.alice.collateral).not.toBe(first.alice.collateral)
    expect(fallen.alice.weightedCollateral).toBe(16_500n * 10n ** 18n)
    expect(fallen.bob.weightedCollateral).toBe(33_000n * 10n ** 18n)

    // What a reading that is made from nothing says.
    const whole = await client.getMarginView({ owner: alice })
    expect(positionOf(whole, base.id)).toEqual(fallen.alice)
    expect(positionOf(whole, arbitrum.id)).toEqual(positionOf(watch.latest(alice), arbitrum.id))
    client.close()
  })

  test('behavior: a price that falls is told to whom it concerns, on the chain where it fell', async () => {
    const { owners, watch, client, ...chains } = setUp()
    await watch.refresh()
    const told: string[] = []
    watch.on('health', ({ account, market, direction, threshold }) => {
      told.push(`${account.id === owners[0] ? 'alice' : 'bob'} ${market.chainId} ${direction} ${Wad.format(threshold)}`)
    })
    chains.base.chain.setPosition({ owner: owners[1], supply: { WETH: '20' }, borrow: { USDC: '12000' } })
    chains.base.chain.setPrice('WETH', '1400')
    await watch.refresh()
    expect(told).toEqual(['1.25', '1.1', '1'].map((threshold) => `alice ${base.id} below ${threshold}`))
    client.close()
  })
})
