import { type Lending, type Limit, type PositionAsset, type Quantity, unknown } from '@unimargin/sdk'
import { join } from '../shared/join.ts'
import * as Account from './Account.ts'
import type { Flavour } from './Flavour.ts'
import * as Redemption from './Redemption.ts'
import { type CompoundV2Rule, oraclePriceOf, ruleOf, sharesOf } from './rule.ts'

/** What the protocol lets an owner do, judged as it judges: the asset's own token accrued, all others as they are stored. */
export function lendingLimits(flavour: Flavour): Lending['limits'] {
  const rule = ruleOf(flavour.name)
  return {
    supply: (where) => {
      const { reserve } = Account.of(where)
      if (reserve === undefined) return inactive
      const shut = blocked(where, 'isSupplyPaused')
      if (shut) return shut
      return { amount: reserve.supplyRoom, by: known(reserve.supplyRoom) ? ['cap'] : [] }
    },
    withdraw: (where) => withdrawable(where, flavour, rule),
    borrow: (where) => borrowable(where, rule),
    repay: (where) => {
      const shut = blocked(where, 'isRepayPaused')
      if (shut) return shut
      const { debt, reserve } = Account.of(where)
      // Rounding can leave less in the token's books than its last borrower owes: it takes no more than those say.
      const lent = Account.numberOf(reserve, 'borrows')
      const owed = join([debt?.amount ?? 0n], (amount) => (lent === undefined ? amount : smaller(amount, lent)))
      return { amount: owed, by: known(owed) ? ['balance'] : [] }
    },
  }
}

function withdrawable(where: PositionAsset, flavour: Flavour, rule: CompoundV2Rule): Limit {
  const shut = blocked(where, 'isWithdrawPaused')
  if (shut) return shut
  const { collateral, reserve, isMember } = Account.of(where)
  if (collateral === undefined || reserve === undefined) return { amount: 0n, by: ['balance'] }
  const { amount, price, shares } = collateral
  if (typeof amount !== 'bigint') return { amount, by: [] }
  const { balance, rate } = sharesOf({ amount, shares })
  if (balance === 0n || rate === 0n) return { amount: 0n, by: ['balance'] }

  const most: [string, Quantity][] = [
    ['balance', Redemption.mostFor(balance, rate, flavour)],
    [
      'liquidity',
      join([reserve.availableLiquidity], (cash) =>
        flavour.isVenus ? Redemption.mostFor(sharesWithin(cash, rate), rate, flavour) : cash,
      ),
    ],
  ]
  if (isMember) {
    const free = Account.freePower(where, rule, false)
    const heaviest = join([free, price], (power, at) => {
      if (power < 0n) return -1n
      const perShare = rule.weigh(
        { balance: WAD, rate },
        oraclePriceOf({ ...collateral, price: at }),
        collateral.loanToValue,
      )
      return perShare === 0n ? ENDLESS : ((power + 1n) * WAD - 1n) / perShare
    })
    most.push([
      'loan-to-value',
      join([heaviest], (limit) => (limit < 0n ? 0n : Redemption.mostFor(limit, rate, flavour))),
    ])
  }
  const least = lowest(most)
  if (typeof least.amount !== 'bigint' || least.amount === 0n) return least
  // What would burn no share, or pay nothing, is refused: so little that nothing can be taken out but by whole shares.
  return Redemption.isPossible(least.amount, rate, flavour) ? least : { amount: 0n, by: [...least.by, 'minimum'] }
}

function borrowable(where: PositionAsset, rule: CompoundV2Rule): Limit {
  const { reserve, collateral, isMember } = Account.of(where)
  const shut = blocked(where, 'isBorrowPaused', ...(isMember ? [] : ['isEnterPaused']))
  if (shut) return shut
  if (reserve === undefined || collateral === undefined) return inactive
  const { price } = reserve
  const own = { ...collateral, price }
  return lowest([
    ...(reserve.borrowRoom === undefined ? [] : ([['cap', reserve.borrowRoom]] as const)),
    ['liquidity', reserve.availableLiquidity],
    [
      'loan-to-value',
      join([Account.freePower(where, rule, true), price], (power, at) =>
        power < 0n ? 0n : ((power + 1n) * WAD - 1n) / oraclePriceOf({ ...own, price: at }),
      ),
    ],
  ])
}

const WAD = 10n ** 18n
const ENDLESS = 2n ** 200n
const inactive: Limit = { amount: 0n, by: ['inactive'] }

function known(amount: Quantity | undefined): boolean {
  return typeof amount === 'bigint'
}

/** Shares that pay out no more than an amount. */
function sharesWithin(amount: bigint, rate: bigint): bigint {
  return ((amount + 1n) * WAD - 1n) / rate
}

/** Nothing where it is paused or unlisted; unknown where nobody knows. */
function blocked(where: PositionAsset, ...pauses: readonly string[]): Limit | undefined {
  const { reserve } = Account.of(where)
  const details = reserve?.details
  if (details?.isListed !== true) return inactive
  if (pauses.some((pause) => details[pause] === true)) return { amount: 0n, by: ['paused'] }
  if (pauses.every((pause) => details[pause] === false)) return undefined
  const { market } = where.state
  const reason = 'whether it is paused could not be read'
  const path = `reserves.${reserve?.asset.symbol ?? where.asset}.paused`
  return {
    amount: unknown({ kind: 'unavailable', chainId: market.chainId, market: market.key, path, reason }),
    by: [],
  }
}

/** The least of several limits, and all that are as low. A limit of nothing holds, whatever the others are. */
function lowest(limits: readonly (readonly [string, Quantity])[]): Limit {
  const amounts = limits.map(([, amount]) => amount)
  const amount = amounts.some((one) => one === 0n) ? 0n : join(amounts, (...all) => all.reduce(smaller))
  return { amount, by: limits.filter(([, one]) => known(one) && one === amount).map(([name]) => name) }
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
