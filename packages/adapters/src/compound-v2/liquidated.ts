import {
  type CollateralLeg,
  type DebtLeg,
  type Liquidation,
  liquidationCost,
  type PositionFacts,
  type PositionInMarket,
  Wad,
} from '@unimargin/sdk'
import { isAddressEqual } from 'viem'
import { unaccruedKey } from './Account.ts'
import type { CompoundV2Rule } from './rule.ts'
import type { Token } from './Seizure.ts'

/** What was done to one token of an account. */
export type Outcome = {
  readonly before: Token
  readonly after: Token
  /** Base units. */
  readonly repaid: bigint
  readonly lost: bigint
  /** Absent where nothing was to be seized. */
  readonly seized?: { readonly amount: bigint; readonly fee: bigint } | undefined
}

/** A liquidation of all that was done, and what it leaves. */
export function liquidated(
  where: PositionInMarket,
  outcomes: readonly Outcome[],
  closeFactor: bigint,
  rule: CompoundV2Rule,
): Liquidation {
  const paid = outcomes.filter(({ repaid }) => repaid > 0n)
  const lost = outcomes.filter(({ lost }) => lost > 0n)
  const seized = outcomes.flatMap(({ before, seized }) => (seized ? [{ leg: pricedOf(before), ...seized }] : []))
  return {
    status: 'liquidated',
    closeFactor,
    repaid: paid.map(({ before, repaid }) => ({ asset: before.leg.asset, amount: repaid })),
    seized: seized.map(({ leg, amount, fee }) => ({ asset: leg.asset, amount, protocolFee: fee })),
    paidIn: 'collateral-token',
    badDebt: lost.map(({ before, lost }) => ({ asset: before.leg.asset, amount: lost })),
    after: positionOf(where, outcomes, rule),
    cost: liquidationCost({
      seized: seized.map(({ leg, amount }) => ({ leg, amount })),
      forgiven: outcomes.map(({ before, repaid, lost }) => ({ leg: pricedOf(before), amount: repaid + lost })),
    }),
  }
}

/** Everything has accrued: nothing of the protocol's own view is behind any more. */
function positionOf(
  { state, position }: PositionInMarket,
  outcomes: readonly Outcome[],
  rule: CompoundV2Rule,
): PositionFacts {
  const of = ({ asset }: Pick<CollateralLeg, 'asset'>) =>
    outcomes.find(({ before }) => isAddressEqual(before.leg.asset.address, asset.address))?.after
  const place = ({ asset }: CollateralLeg) =>
    state.reserves.findIndex((reserve) => isAddressEqual(reserve.asset.address, asset.address))
  const supplies = [...position.collateral, ...(position.firstSupplies ?? [])]
    .map((leg) => suppliedAfter(leg, of(leg), rule))
    .sort((a, b) => place(a) - place(b))
  const isEmpty = ({ amount, shares }: CollateralLeg) => amount === 0n && (shares?.balance ?? 0n) === 0n
  const debt = position.debt.map((leg) => owedAfter(leg, of(leg), rule)).filter(({ amount }) => amount !== 0n)
  const owes = ({ asset }: { readonly asset?: string | undefined }) => debt.some((leg) => leg.asset.address === asset)
  const details: Record<string, PositionFacts['details'][string]> = { ...position.details }
  for (const { asset } of position.debt) {
    const key = unaccruedKey(asset.address)
    const isOwed = owes({ asset: asset.address })
    if (!isOwed) delete details[key]
    else if (key in details) details[key] = 0n
  }
  return {
    ...position,
    collateral: supplies.filter((leg) => !isEmpty(leg)),
    debt,
    firstSupplies: supplies.filter(isEmpty),
    details,
    flags: (position.flags ?? []).filter((flag) => flag.kind === 'liquidation-forced' && owes(flag)),
  }
}

function suppliedAfter(leg: CollateralLeg, after: Token | undefined, rule: CompoundV2Rule): CollateralLeg {
  if (after === undefined || typeof leg.price !== 'bigint') return leg
  const { asset, price, exactPrice } = leg
  const shares = { balance: after.shares, rate: after.rate }
  const amount = Wad.mulDown(after.shares, after.rate)
  return {
    ...leg,
    amount,
    shares,
    value: rule.valueOf({ amount, price, exactPrice, shares, decimals: asset.decimals }),
  }
}

function owedAfter(leg: DebtLeg, after: Token | undefined, rule: CompoundV2Rule): DebtLeg {
  if (after === undefined || typeof leg.price !== 'bigint') return leg
  const { asset, price, exactPrice } = leg
  const amount = after.owed
  return {
    ...leg,
    amount,
    value: rule.valueOf({ amount, price, exactPrice, decimals: asset.decimals, side: 'debt' }),
  }
}

/** Of a token all of whose numbers are known. */
function pricedOf({ leg: { asset, price, exactPrice } }: Token) {
  return { asset, price: typeof price === 'bigint' ? price : 0n, exactPrice }
}
