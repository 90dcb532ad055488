import {
  type Address,
  type Lending,
  type LendingAction,
  type LendingCall,
  type Limit,
  type PositionAsset,
  type PositionFacts,
  type ReserveRates,
  reasonOf,
} from '@unimargin/sdk'
import type { ConformanceOutcome, ConformanceTransaction, ConformanceWorld } from '../ConformanceWorld.ts'
import type { Observed } from '../observe.ts'
import type { Random } from '../Random.ts'

export const LENDING_ACTIONS = ['supply', 'withdraw', 'borrow', 'repay'] as const satisfies readonly LendingAction[]

/** One action of one owner with one asset. */
export type LendingCase = {
  readonly lending: Lending
  readonly action: LendingAction
  readonly owner: Address
  readonly where: PositionAsset
  /** Base units of a whole token. */
  readonly unit: bigint
  /** In words. */
  readonly name: string
}

/** Everything that owners could do: each action of each owner whose position was read with each asset. */
export function lendingCases({ adapter, reading }: Observed): readonly LendingCase[] {
  const { lending } = adapter
  if (lending === undefined) return []
  const { state, positions } = reading
  return positions.flatMap((position) =>
    position.status !== 'ok'
      ? []
      : state.reserves.flatMap(({ asset }) =>
          LENDING_ACTIONS.map((action) => ({
            lending,
            action,
            owner: position.value.owner,
            where: { state, position: position.value, asset: asset.address },
            unit: 10n ** BigInt(asset.decimals),
            name: `${action} ${asset.symbol} of ${position.value.owner.slice(0, 6)}`,
          })),
        ),
  )
}

/**
 * What the pure functions of `lending` say of every case, about half of a token or of what is there. Which amounts that are,
 * another reading may say (`like`): of the same market, where more is known.
 */
export function everyLending(
  observed: Observed,
  like: Observed = observed,
  only?: ReadonlySet<string>,
): readonly {
  readonly name: string
  readonly limit: Limit
  readonly after: PositionFacts
  readonly ratesAfter: ReserveRates
}[] {
  const amounts = new Map(lendingCases(like).map((one) => [one.name, possibleAmount(one)]))
  const asked = lendingCases(observed).filter(({ name }) => only?.has(name) ?? true)
  return asked.map(({ lending, action, where, name }) => {
    const amount = amounts.get(name) ?? 0n
    return {
      name,
      limit: lending.limits[action](where),
      after: lending.after(where, { action, amount }),
      ratesAfter: lending.ratesAfter(where.state, { action, asset: where.asset, amount }),
    }
  })
}

/** Nobody takes out or pays back more than there is. */
function possibleAmount({ action, where, unit }: LendingCase): bigint {
  if (action === 'supply' || action === 'borrow') return unit / 2n + 1n
  const legs = action === 'withdraw' ? where.position.collateral : where.position.debt
  const amount = legs.find(({ asset }) => asset.address === where.asset)?.amount ?? 0n
  return typeof amount === 'bigint' ? (amount + 1n) / 2n : unit
}

/** Some of them where there are many. */
export function someOf<item>(list: readonly item[], most: number, random: Random): readonly item[] {
  return list.length <= most ? list : random.shuffle(list).slice(0, most)
}

/** The calls of a case, or the reason for which the protocol has none. */
export function callOf(
  { lending, action, owner, where }: LendingCase,
  amount: bigint | 'all',
  sender?: Address,
): { readonly status: 'call'; readonly value: LendingCall } | { readonly status: 'none'; readonly reason: string } {
  try {
    return { status: 'call', value: lending.calls[action]({ ...where, owner, amount, sender }) }
  } catch (error) {
    return { status: 'none', reason: reasonOf(error) }
  }
}

/** Does it on the world's chain: what has to be allowed first, then the call. */
export async function perform(
  world: ConformanceWorld,
  { call, authorizations }: LendingCall,
  { asset, amount, sender, pays }: { asset: Address; amount: bigint; sender: Address; pays: boolean },
): Promise<ConformanceOutcome> {
  const funded = pays ? await world.withTokens(sender, asset, amount) : world
  const grants: readonly ConformanceTransaction[] = authorizations.map(({ grant, owner: from }) => ({ ...grant, from }))
  return funded.send([...grants, { ...call, from: sender }])
}

/** Whether the action takes tokens out of a wallet. */
export function isPaid(action: LendingAction): boolean {
  return action === 'supply' || action === 'repay'
}
