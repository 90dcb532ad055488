import type { MarginClient, PlanMovesParameters, ReadPosition, UnsavablePlan } from '@unimargin/sdk'
import { chainHealth } from './chainHealth.ts'
import type { Account } from './openAccount.ts'
import * as PriceBook from './PriceBook.ts'
import type { Stage } from './Stage.ts'
import { sendCalls } from './sendCalls.ts'

/**
 * Whether the chain itself shows that somebody cannot be saved: given everything that any donor holds and any route or chain
 * brings, without fee and whatever the floors, it still misses its target. Debts are paid first: that mends most. What this does
 * not show may be true all the same. The chains are as before afterwards.
 */
export async function isLostOnChain(
  stage: Stage,
  client: MarginClient,
  account: Account,
  parameters: PlanMovesParameters,
  { shortfalls }: UnsavablePlan,
): Promise<boolean> {
  const before = await stage.devnet.snapshot()
  try {
    for (const { position: id, scenario: name, target } of shortfalls.slice(0, 2)) {
      const position = parameters.view.positions.find((one) => one.id === id)
      if (position?.status !== 'read') continue
      const isGiven = await giveAll(stage, client, account, parameters, position)
      if (!isGiven) continue
      const scenario = parameters.scenarios?.find((one) => one.name === name)
      if (scenario !== undefined) {
        await PriceBook.set(stage.devnet, PriceBook.inScenario(stage.devnet, account.prices, scenario))
      }
      const health = await chainHealth(stage.chainOf(position.market.chainId), position)
      if (scenario !== undefined) await PriceBook.set(stage.devnet, account.prices)
      // What counts is the horizon, whose interest is not on the chain yet: it would only be worse.
      if (health !== undefined && health < target) return true
    }
    return false
  } finally {
    await stage.devnet.revert(before)
  }
}

/** Everything that could come, out of nothing. Not, where a market refuses what it may have room for in part. */
async function giveAll(
  { devnet, chainOf }: Stage,
  client: MarginClient,
  account: Account,
  { view, routes, pending = [] }: PlanMovesParameters,
  receiver: ReadPosition,
): Promise<boolean> {
  const chain = chainOf(receiver.market.chainId)
  const state = view.markets.find(({ market }) => market.key === receiver.market.key)
  const adapter = client.adapters.find(({ market }) => market.key === receiver.market.key)
  const owner = account.owners.find(({ address }) => isSame(address, receiver.owner))
  if (state === undefined || adapter?.lending === undefined || owner === undefined) return false
  for (const { asset, liquidationThreshold } of state.reserves) {
    const token = Object.values(chain.tokens).find(({ address }) => isSame(address, asset.address))
    if (token === undefined) return false
    let all = pending
      .filter((one) => one.receiver === receiver.id && isSame(one.asset, asset.address))
      .reduce((sum, { amount }) => sum + amount, 0n)
    for (const donor of view.positions) {
      if (donor.status !== 'read' || donor.id === receiver.id || !isSame(donor.owner, receiver.owner)) continue
      for (const leg of donor.collateral) {
        if (typeof leg.amount !== 'bigint') return false
        if (leg.asset.chainId === chain.chainId) {
          if (isSame(leg.asset.address, asset.address)) all += leg.amount
          continue
        }
        const offers = routes.filter(
          ({ source, destination }) =>
            source.chainId === leg.asset.chainId &&
            isSame(source.asset, leg.asset.address) &&
            destination.chainId === chain.chainId &&
            isSame(destination.asset, asset.address),
        )
        // WETH and USDC have as many decimals on every chain.
        for (const { most } of offers) all += most === undefined || leg.amount < most ? leg.amount : most
      }
    }
    if (all === 0n) continue
    await devnet.mint(token.symbol, receiver.owner, all, chain.name)
    const owed = receiver.debt.find((leg) => isSame(leg.asset.address, asset.address))?.amount ?? 0n
    if (typeof owed !== 'bigint') return false
    // A little less than all: interest goes on, and so does a debt of dust.
    const repaid = all < owed ? all : owed
    const call = (action: 'repay' | 'supply', amount: bigint) =>
      adapter.lending?.calls[action]({
        state,
        position: receiver,
        owner: receiver.owner,
        asset: asset.address,
        amount,
      })
    try {
      const repay = repaid > 0n ? call('repay', repaid) : undefined
      if (repay !== undefined) await sendCalls(chain, owner, [repay])
      const rest = liquidationThreshold === 0n ? 0n : all - repaid
      const supply = rest > 0n ? call('supply', rest) : undefined
      if (supply !== undefined) await sendCalls(chain, owner, [supply])
    } catch {
      return false
    }
  }
  return true
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
