import { type Address, type LiquidationResult, type PositionInMarket, type Unknown, Wad } from '@unimargin/sdk'
import type { Flavour } from './Flavour.ts'
import { liquidated, type Outcome } from './liquidated.ts'
import { blocksOf } from './liquidationBlocks.ts'
import type { CompoundV2Rule } from './rule.ts'
import * as Seizure from './Seizure.ts'

/** An account of Venus with so little collateral that it is liquidated whole. */
export type SmallAccount = {
  readonly where: PositionInMarket
  readonly flavour: Flavour
  readonly rule: CompoundV2Rule
  readonly incentive: bigint
  /** US dollars, WAD. */
  readonly total: bigint
  readonly borrows: bigint
  /** Assets that the account has entered, and that are listed. */
  readonly entered: readonly Address[]
}

/** One of the orders that `liquidateAccount` takes. */
export type Order = { readonly debt: Address; readonly collateral: Address; readonly repay: bigint }

type Tokens = ReadonlyMap<Address, Seizure.Token>

/**
 * What becomes of a small account: where the collateral covers all debts and the bonus on them, all debts are paid back
 * (`liquidateAccount`); else all collateral goes for a share of them, and the rest is written off (`healAccount`).
 */
export function wholeAccount(account: SmallAccount): LiquidationResult {
  const { where, incentive, total, borrows } = account
  const tokens = tokensOf(account)
  if ('status' in tokens) return tokens
  const scaled = Wad.mulDown(borrows, incentive)
  if (scaled === 0n) return refused('amount')
  const share = Wad.divDown(total, scaled)
  const ordered = scaled < total ? withOrders(account, tokens) : undefined
  if (ordered !== undefined && (share > Wad.WAD || !('by' in ordered))) {
    return 'orders' in ordered ? liquidated(where, ordered.outcomes, Wad.WAD, account.rule) : ordered
  }
  return healed(account, tokens, share)
}

/** The orders by which all debts are paid back; the largest debt first, out of the most valuable collateral. */
export function ordersOf(account: SmallAccount): readonly Order[] | undefined {
  const tokens = tokensOf(account)
  if ('status' in tokens) return undefined
  const ordered = withOrders(account, tokens)
  return 'orders' in ordered ? ordered.orders : undefined
}

type Refusal = { readonly status: 'refused'; readonly by: readonly string[] }
type Ordered = { readonly orders: readonly Order[]; readonly outcomes: readonly Outcome[] }

function withOrders({ where, flavour, incentive, entered }: SmallAccount, before: Tokens): Ordered | Refusal | Unknown {
  const tokens = new Map(before)
  const taken = new Map<Address, { amount: bigint; fee: bigint }>()
  const orders: Order[] = []
  const of = (asset: Address) => tokens.get(asset)
  const supplies = byValue(entered, before, ({ price, rate, shares }) => Wad.mulDown(price, rate) * shares)
  for (const asset of byValue(entered, before, ({ price, owed }) => price * owed)) {
    const owing = of(asset)
    if (owing === undefined || owing.owed === 0n) continue
    const by = blocksOf(where, owing.reserve, ['isLiquidatePaused', 'isRepayPaused'])
    if ('status' in by) return by
    if (by.length > 0) return { status: 'refused', by }
    if (owing.totals.borrows < owing.owed) return refused('books')
    let stop: readonly string[] = ['not-covered']
    for (const source of supplies) {
      const [debt, collateral] = [of(asset), of(source)]
      if (debt === undefined || collateral === undefined || debt.owed === 0n || collateral.shares === 0n) continue
      const pauses = blocksOf(where, collateral.reserve, ['isSeizePaused'])
      if ('status' in pauses) return pauses
      if (pauses.length > 0) stop = pauses
      const ratio = Seizure.ratioOf(debt, collateral, incentive)
      if (pauses.length > 0 || ratio === undefined || !Seizure.haveOneClock(debt, collateral)) continue
      const most = Seizure.mostFor(collateral.shares, ratio)
      const repay = most === undefined || most > debt.owed ? debt.owed : most
      if (repay === 0n) continue
      tokens.set(asset, Seizure.repaid(debt, repay))
      const result = Seizure.seized(where, of(source) ?? collateral, Wad.mulDown(ratio, repay), incentive, flavour)
      if (result === 'liquidity') return refused('liquidity')
      if ('status' in result) return result
      tokens.set(source, result.token)
      const sum = taken.get(source) ?? { amount: 0n, fee: 0n }
      taken.set(source, { amount: sum.amount + result.amount, fee: sum.fee + result.fee })
      orders.push({ debt: asset, collateral: source, repay })
    }
    if (of(asset)?.owed !== 0n) return { status: 'refused', by: stop }
  }
  const outcomes = [...before].flatMap(([asset, token]): readonly Outcome[] => {
    const after = of(asset)
    return after === undefined || after === token
      ? []
      : [{ before: token, after, repaid: token.owed - after.owed, lost: 0n, seized: taken.get(asset) }]
  })
  return { orders, outcomes }
}

function healed({ where, flavour, rule, incentive }: SmallAccount, tokens: Tokens, share: bigint): LiquidationResult {
  const outcomes: Outcome[] = []
  for (const before of tokens.values()) {
    const { shares, owed, reserve, totals } = before
    const repaid = Wad.mulDown(share, owed)
    const pauses = [...(shares > 0n ? ['isSeizePaused'] : []), ...(repaid > 0n ? ['isRepayPaused'] : [])]
    const by = blocksOf(where, reserve, pauses)
    if ('status' in by) return by
    if (by.length > 0) return { status: 'refused', by }
    if (totals.borrows < owed) return refused('books')
    if (shares === 0n && owed === 0n) continue
    const taken = shares > 0n ? Seizure.seized(where, before, shares, incentive, flavour) : undefined
    if (taken === 'liquidity') return refused('liquidity')
    if (taken !== undefined && 'status' in taken) return taken
    const lost = owed - repaid
    const after = Seizure.repaid(taken?.token ?? before, repaid, lost)
    outcomes.push({ before, after, repaid, lost, seized: taken })
  }
  return liquidated(where, outcomes, Wad.WAD, rule)
}

function tokensOf({ where, entered }: SmallAccount): Tokens | Unknown {
  const tokens = new Map<Address, Seizure.Token>()
  for (const asset of entered) {
    const token = Seizure.tokenOf(where, asset)
    if ('status' in token) return token
    tokens.set(asset, token)
  }
  return tokens
}

function byValue(assets: readonly Address[], tokens: Tokens, valueIn: (token: Seizure.Token) => bigint) {
  const weightOf = (asset: Address) => {
    const token = tokens.get(asset)
    return token === undefined ? 0n : valueIn(token)
  }
  return [...assets].sort((a, b) => (weightOf(a) < weightOf(b) ? 1 : weightOf(a) > weightOf(b) ? -1 : 0))
}

function refused(by: string): Refusal {
  return { status: 'refused', by: [by] }
}
