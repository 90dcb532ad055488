import { type MarketReading, Wad } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { difference, shown } from '../difference.ts'
import { observeAgain } from '../observe.ts'
import { someOf } from './lendingCases.ts'

const TOKENS = [1n, 7n, 1_000_000n]
const PRICES = [1n, 3n, 2_500n]
const MOST_DECIMALS = 36
const MOST_ASSETS = 4

/**
 * Amounts are base units, prices WAD per whole token, values WAD: whole tokens at whole prices come to the same value whatever
 * the decimals, and a price that is set on the chain is the price that is read. A market and its positions count in the same.
 */
export const units: Check = {
  name: 'units',
  says: 'units and decimals from 0 to 36 are right',
  needs: 'any world, and `withPrice` where prices can change',
  run: async (observed, { tried, finding }, random) => {
    const { adapter, reading, world } = observed
    for (const rule of Object.values(adapter.rules)) {
      for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
        for (const tokens of TOKENS) {
          for (const price of PRICES) {
            tried()
            const amount = tokens * 10n ** BigInt(decimals)
            const value = rule.valueOf({ amount, price: price * Wad.WAD, decimals })
            if (value !== tokens * price * Wad.WAD) {
              finding(`by ${rule.key} ${tokens} tokens of ${decimals} decimals at ${price} are worth ${value}`)
            }
          }
        }
      }
    }
    for (const text of unitFindings(reading)) finding(text)
    const { withPrice } = world
    if (withPrice === undefined) return
    for (const { asset } of someOf(reading.state.reserves, MOST_ASSETS, random)) {
      const price = BigInt(random.integer(1, 100_000)) * Wad.WAD
      const changed = await withPrice(asset.address, price)
      if (changed === undefined) continue
      const { state } = (await observeAgain(observed, changed)).reading
      const read = state.reserves.find((reserve) => reserve.asset.address === asset.address)?.price
      tried()
      if (read !== price)
        finding(`at a price of ${price}, ${asset.symbol} (${asset.decimals} decimals) reads ${shown(read)}`)
    }
  },
}

/** Whatever is summed over markets goes through the unit that a position names: without it, it is taken for dollars. */
function unitFindings({ state, positions }: MarketReading): readonly string[] {
  const { unit } = state
  return [
    ...positions.flatMap((position) => {
      const found =
        position.status === 'ok' ? difference(unit, position.value.unit, 'the unit of a position') : undefined
      return found === undefined ? [] : [`the market counts in ${unit?.symbol ?? 'dollars'}, but ${found}`]
    }),
    ...(unit?.price === 0n
      ? [`${unit.symbol}, in which it counts, has a price of zero: where it has none, say unknown`]
      : []),
  ]
}
