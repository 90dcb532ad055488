import type { MarketReading, PositionFacts, ReadResult } from '@unimargin/sdk'
import type { Check } from '../Check.ts'
import { differenceButReasons, isUnknown } from '../difference.ts'
import { finish, type Observed } from '../observe.ts'
import type { Random } from '../Random.ts'
import { callOf, isPaid, type LendingCase, lendingCases, perform, someOf } from './lendingCases.ts'

const MOST_CASES = 16
const MOST = 2n ** 120n

/** A what-if by amount equals what the adapter reads once the chain has done it, to the last unit. */
export const after: Check = {
  name: 'what-if by amount',
  says: 'a what-if by amount equals the chain after the change',
  needs: 'positions that can do something, and a world that can `send`',
  lendingOnly: true,
  run: async (observed, { tried, finding }, random) => {
    for (const one of someOf(lendingCases(observed), MOST_CASES, random)) {
      const { lending, action, owner, where, name } = one
      const done = await afterwards(observed, one, random)
      if (done === undefined) continue
      const { amount, result } = done
      if (result.status !== 'ok') {
        finding(`after ${name} of ${amount} nothing can be read: ${result.reason}`)
        continue
      }
      tried()
      const position = result.value.positions[observed.owners.indexOf(owner)]
      if (position?.status !== 'ok') {
        finding(`after ${name} of ${amount} the position cannot be read`)
        continue
      }
      const predicted = lending.after(where, { action, amount })
      const found = differenceButReasons(comparable(position.value), comparable(predicted), 'the prediction')
      if (found !== undefined) finding(`after ${name} of ${amount}, ${found}`)
    }
  },
}

/** The rates after a change are those that the chain has then. Where the interest rate model is unknown, so are they. */
export const ratesAfter: Check = {
  name: 'what-if rates',
  says: 'the rates after a change are those that the chain has then',
  needs: 'positions that can do something, an interest rate model that is known, and a world that can `send`',
  lendingOnly: true,
  run: async (observed, { tried, finding }, random) => {
    for (const one of someOf(lendingCases(observed), MOST_CASES, random)) {
      const { lending, action, where, name } = one
      const done = await afterwards(observed, one, random)
      if (done?.result.status !== 'ok') continue
      const { amount, result } = done
      const rates = lending.ratesAfter(where.state, { action, asset: where.asset, amount })
      if (isUnknown(rates.supplyRate) && isUnknown(rates.borrowRate)) continue
      tried()
      const reserve = result.value.state.reserves.find(({ asset }) => asset.address === where.asset)
      const read = { supplyRate: reserve?.supplyRate, borrowRate: reserve?.borrowRate }
      const found = differenceButReasons(read, rates, 'the prediction')
      if (found !== undefined) finding(`after ${name} of ${amount}, ${found}`)
    }
  },
}

/** What the adapter reads once the chain has done something that is possible; `undefined` where nothing is. */
async function afterwards(
  { adapter, metadata, owners, world }: Observed,
  one: LendingCase,
  random: Random,
): Promise<{ readonly amount: bigint; readonly result: ReadResult<MarketReading> } | undefined> {
  const { lending, action, owner, where, unit } = one
  const { amount: limit } = lending.limits[action](where)
  if (limit !== undefined && typeof limit !== 'bigint') return undefined
  const most = limit ?? (unit < MOST ? unit : MOST)
  if (most === 0n) return undefined
  const amount = random.boolean() ? most : random.bigint(1n, most)
  const made = callOf(one, amount)
  if (made.status === 'none') return undefined
  const parameters = { asset: where.asset, amount, sender: owner, pays: isPaid(action) }
  const outcome = await perform(world, made.value, parameters)
  // That the limit is right, another check says.
  if (outcome.status === 'refused') return undefined
  return { amount, result: (await finish(adapter.state(metadata, owners), outcome.world)).result }
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
