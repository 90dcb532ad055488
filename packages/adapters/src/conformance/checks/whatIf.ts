import { Wad } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { difference } from '../difference.ts'
import { judge, knownPositions } from '../judge.ts'
import { observeAgain } from '../observe.ts'

const TURNS = 6

/** What the rule says of another price is what the chain says when the price is there. */
export const whatIf: Check = {
  name: 'what-if by price',
  says: 'a what-if by price equals the chain after the change',
  needs: '`withPrice`, and positions with debt',
  lendingOnly: true,
  run: async (observed, { tried, finding }, random) => {
    const { world, reading } = observed
    const { withPrice } = world
    if (withPrice === undefined || reading.state.reserves.length === 0) return
    for (let turn = 0; turn < TURNS; turn++) {
      const { asset } = random.pick(reading.state.reserves)
      const price = (random.bigint(1n, 10n ** 12n) * Wad.WAD) / 1_000_000n
      const changed = await withPrice(asset.address, price)
      if (changed === undefined) continue
      const after = await observeAgain(observed, changed)
      for (const { facts, legs, rule } of knownPositions(observed)) {
        const position = after.reading.positions.find((one) => one.status === 'ok' && one.value.owner === facts.owner)
        if (position?.status !== 'ok') continue
        const priced = <leg extends { readonly asset: { readonly address: string }; readonly price: bigint }>(
          leg: leg,
        ) => (leg.asset.address === asset.address ? { ...leg, price } : leg)
        // An owner for whom another price holds (an e-mode's own) is not asked about.
        const isRead = [...position.value.collateral, ...position.value.debt].every(
          (leg) => leg.asset.address !== asset.address || leg.price === price,
        )
        if (!isRead) continue
        tried()
        const predicted = rule.assess({ collateral: legs.collateral.map(priced), debt: legs.debt.map(priced) }).health
        const found = difference(judge(after, position.value).health, predicted, 'the prediction')
        if (found !== undefined) finding(`with ${asset.symbol} at ${price}, for ${facts.owner}: ${found}`)
      }
    }
  },
}
