import { compoundV3 } from '@unimargin/adapters/compound-v3'
import { createMarginClient } from '@unimargin/sdk'
import { type MockContract, MockRevert, mockChain } from '@unimargin/sdk/testing'
import type { Address } from 'viem'
import { arbitrum } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { type VectorCalls, type VectorSnapshot, vectors } from '../../vectors/compoundV3.ts'

// The very bytes that a node gave for a real Comet, through the whole way of the data: client, one eth_call, decoding, risk.

const { comet, base, collaterals } = vectors.market
const adapter = compoundV3({ chainId: arbitrum.id, comet })

/**
 * A chain that answers what was recorded, byte by byte. Comet reverts over what it does not know, as the recorded one did;
 * feeds were not asked themselves, so that they revert.
 */
function chainOf({ calls, block }: VectorCalls) {
  const recorded: MockContract = ({ to, data }) => {
    const one = calls.find((call) => call.to.toLowerCase() === to.toLowerCase() && call.data === data)
    if (one?.result === undefined) throw new MockRevert(one?.error?.data)
    return one.result
  }
  const tokens = [base, ...collaterals]
  const addresses = [comet, ...tokens.flatMap(({ token, feed }) => [token, feed])]
  return mockChain({
    chain: arbitrum,
    block: { number: BigInt(block.number), timestamp: BigInt(block.timestamp) },
    contracts: Object.fromEntries(addresses.map((address): [Address, MockContract] => [address, recorded])),
  })
}

const snapshotOf = ({ block, user }: VectorCalls): VectorSnapshot | undefined =>
  vectors.snaps.find(({ s, user: one }) => vectors.states[s]?.block === block.number && one === user)

describe('compoundV3 on recorded bytes', () => {
  test.each(vectors.calls.map((entry) => [`${entry.stateTag}: ${entry.label}`, entry] as const))(
    '%s',
    async (_, entry) => {
      const chain = chainOf(entry)
      const client = createMarginClient({
        chains: [arbitrum],
        transports: { [arbitrum.id]: chain.transport },
        adapters: [adapter],
      })
      const view = await client.getMarginView({ owner: entry.user })
      const [position] = view.positions
      const snapshot = snapshotOf(entry)
      if (position?.status !== 'read' || snapshot === undefined) throw new TypeError(JSON.stringify(view.issues))
      const supplied = position.collateral.find(({ isCollateral }) => !isCollateral)?.amount ?? 0n
      expect([supplied, position.debt[0]?.amount ?? 0n]).toEqual([
        BigInt(snapshot.acc.balanceOf),
        BigInt(snapshot.acc.borrowBalanceOf),
      ])
      expect(position.block).toMatchObject({ timestamp: BigInt(entry.block.timestamp) })
      const { conservativeHealth: health } = position
      const isLiquidatable = health.status === 'known' ? health.factor < 10n ** 18n : health.status
      const { isLiquidatable: said } = snapshot.acc
      const expected = typeof said === 'object' ? 'unknown' : position.debt.length === 0 ? 'no-debt' : said
      expect(isLiquidatable).toBe(expected)
      expect(chain.unmocked).toEqual([])
    },
  )

  test('behavior: all that was recorded is there', () => {
    expect(vectors.calls.length).toBe(18)
    expect(vectors.calls.every((entry) => snapshotOf(entry) !== undefined)).toBe(true)
  })
})
