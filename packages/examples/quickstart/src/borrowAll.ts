import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { base as aave } from '@unimargin/adapters/aave-v3/addresses'
import { aaveV3Lending } from '@unimargin/adapters/aave-v3/lending'
import { type Address, type LendingCall, type MarginView, PositionHealth } from '@unimargin/sdk'

/** What the first position of a view may still borrow of an asset: tells what limits it and what comes of it, and gives the call. */
export function borrowAll({ markets, positions }: MarginView, asset: Address): LendingCall | undefined {
  const { market, rules, lending } = aaveV3({ ...aave, lending: aaveV3Lending })
  const state = markets.find((one) => one.market.key === market.key)
  const position = positions.find((one) => one.market.key === market.key)
  if (state === undefined || position?.status !== 'read') return undefined

  const where = { state, position, asset }
  const { amount, by } = lending.limits.borrow(where)
  // Unknown as soon as a number is that it depends on; `undefined` where nothing limits it.
  if (typeof amount !== 'bigint' || amount === 0n) return undefined
  const after = lending.after(where, { action: 'borrow', amount })
  const rule = rules[after.rule]
  console.log('base units', amount, 'limited by', by)
  console.log('health', rule && PositionHealth.assess(after, rule).health)
  console.log('rates', lending.ratesAfter(state, { action: 'borrow', asset, amount }))
  // `{ call: { to, data, value }, authorizations }`: whoever sends it for the owner needs these first.
  return lending.calls.borrow({ ...where, owner: position.owner, amount })
}
