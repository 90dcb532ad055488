import type { PositionFacts } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { differenceButReasons } from '../difference.ts'
import { finish } from '../observe.ts'
import { callOf, isPaid, lendingCases, perform, someOf } from './lendingCases.ts'

const MOST_CASES = 40
const MOST = 2n ** 120n

/** A what-if by amount equals what the adapter reads once the chain has done it, to the last unit; rates as well. */
export const after: Check = {
  name: 'what-if by amount',
  says: 'a what-if by amount equals the chain after the change, rates included',
  needs: 'positions that can do something, and a world that can `send`',
  lendingOnly: true,
  run: async (observed, { tried, finding }, random) => {
    const { adapter, metadata, owners, world } = observed
    for (const one of someOf(lendingCases(observed), MOST_CASES, random)) {
      const { lending, action, owner, where, unit, name } = one
      const { amount: limit } = lending.limits[action](where)
      if (limit !== undefined && typeof limit !== 'bigint') continue
      const most = limit ?? (unit < MOST ? unit : MOST)
      if (most === 0n) continue
      const amount = random.boolean() ? most : random.bigint(1n, most)
      const made = callOf(one, amount)
      if (made.status === 'none') continue
      const parameters = { asset: where.asset, amount, sender: owner, pays: isPaid(action) }
      const outcome = await perform(world, made.value, parameters)
      // That the limit is right, another check says.
      if (outcome.status === 'refused') continue
      const { result } = await finish(adapter.state(metadata, owners), outcome.world)
      if (result.status !== 'ok') {
        finding(`after ${name} of ${amount} nothing can be read: ${result.reason}`)
        continue
      }
      tried()
      const position = result.value.positions[owners.indexOf(owner)]
      if (position?.status !== 'ok') {
        finding(`after ${name} of ${amount} the position cannot be read`)
        continue
      }
      const predicted = lending.after(where, { action, amount })
      const found = differenceButReasons(comparable(position.value), comparable(predicted), 'the prediction')
      if (found !== undefined) finding(`after ${name} of ${amount}, ${found}`)
      const reserve = result.value.state.reserves.find(({ asset }) => asset.address === where.asset)
      const rates = lending.ratesAfter(where.state, { action, asset: where.asset, amount })
      const read = { supplyRate: reserve?.supplyRate, borrowRate: reserve?.borrowRate }
      const unlike = differenceButReasons(read, rates, 'the prediction')
      if (unlike !== undefined) finding(`after ${name} of ${amount}, ${unlike}`)
    }
  },
}

/** In an order of its own: that of legs means nothing. */
function comparable({ flags: _, ...facts }: PositionFacts): PositionFacts {
  const sorted = <leg extends { readonly asset: { readonly address: string } }>(legs: readonly leg[]) =>
    [...legs].sort((a, b) => (a.asset.address.toLowerCase() < b.asset.address.toLowerCase() ? -1 : 1))
  const { firstSupplies } = facts
  return {
    ...facts,
    collateral: sorted(facts.collateral),
    debt: sorted(facts.debt),
    ...(firstSupplies === undefined ? {} : { firstSupplies: sorted(firstSupplies) }),
  }
}
