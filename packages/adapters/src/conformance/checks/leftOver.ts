import type { PositionFacts, Quantity } from '@unimargin/sdk'
import { difference } from '../difference.ts'
import { finish, type Observed } from '../observe.ts'
import { callOf, isPaid, type LendingCase, lendingCases, perform } from './lendingCases.ts'

/** Where the market lets an owner take out, or pay back, all that there is. */
export function emptying(observed: Observed): readonly LendingCase[] {
  return lendingCases(observed).filter((one) => {
    const held = heldOf(one, one.where.position)
    return held !== undefined && held === one.lending.limits[one.action](one.where).amount
  })
}

/** What is wrong with the call that does it; `undefined` if nothing is, or if the protocol has no such call. */
export async function leftOver({ adapter, metadata, world }: Observed, one: LendingCase): Promise<string | undefined> {
  const { action, owner, where } = one
  const made = callOf(one, 'all', owner)
  const held = heldOf(one, where.position)
  if (made.status === 'none' || typeof held !== 'bigint') return undefined
  // More than enough in the wallet: what is not owed stays there.
  const parameters = { asset: where.asset, amount: 2n * held, sender: owner, pays: isPaid(action) }
  const outcome = await perform(world, made.value, parameters)
  if (outcome.status === 'refused') return `all is refused with all its authorisations: ${outcome.reason}`
  const { result } = await finish(adapter.state(metadata, [owner]), outcome.world)
  const position = result.status === 'ok' ? result.value.positions[0] : undefined
  if (position?.status !== 'ok') return 'after all of it the position cannot be read'
  return difference(undefined, heldOf(one, position.value), 'after all of it, what is left')
}

/** What there is of the asset to take out or to pay back. */
function heldOf({ action, where }: LendingCase, { collateral, debt }: PositionFacts): Quantity | undefined {
  const legs = { withdraw: collateral, repay: debt, supply: [], borrow: [] }[action]
  return [...legs].find(({ asset }) => asset.address === where.asset)?.amount
}
