import {
  type CollateralLeg,
  type DebtLeg,
  type ExactPrice,
  type KnownHealth,
  type KnownLegs,
  type LiquidationRule,
  type MarketState,
  type PlanMovesParameters,
  type Purpose,
  type ReadPosition,
  type Reserve,
  type RiskContext,
  type Scenario,
  type Shock,
  Wad,
} from '@unimargin/sdk'

/** An account as the checker keeps it: legs of each position, with an arithmetic of its own. Only the rules are the protocols'. */
export type Member = {
  readonly position: ReadPosition
  readonly rule: LiquidationRule
  readonly state: MarketState
  /** As the view shows them. */
  readonly held: KnownLegs
  /** With interest until the horizon on what is owed. */
  readonly legs: KnownLegs
}

export type Book = ReadonlyMap<string, Member>

const { WAD } = Wad
const YEAR = 31_536_000n

/** The positions of a view whose numbers are all known. */
export function open(context: RiskContext, { view, horizon = 1_800n }: PlanMovesParameters): Book {
  const book = new Map<string, Member>()
  for (const position of view.positions) {
    if (position.status !== 'read') continue
    const rule = context.adapters.find(({ market }) => market.key === position.market.key)?.rules[position.rule]
    const state = view.markets.find(({ market }) => market.key === position.market.key)
    const held = knownLegs(position)
    if (rule === undefined || state === undefined || held === undefined) continue
    const debt = held.debt.map((leg) => withInterest(leg, state, horizon))
    if (debt.some((leg) => leg === undefined)) continue
    book.set(position.id, { position, rule, state, held, legs: { ...held, debt: debt.flatMap((leg) => leg ?? []) } })
  }
  return book
}

/** The legs of a position, if every number is known. */
export function knownLegs({ collateral, debt }: ReadPosition): KnownLegs | undefined {
  const known = <leg extends CollateralLeg | DebtLeg>(leg: leg) =>
    typeof leg.amount === 'bigint' && typeof leg.price === 'bigint'
      ? [{ ...leg, amount: leg.amount, price: leg.price, value: 0n }]
      : []
  const legs = { collateral: collateral.flatMap(known), debt: debt.flatMap(known) }
  return legs.collateral.length === collateral.length && legs.debt.length === debt.length ? legs : undefined
}

/** What is owed at most: e^x ≤ 1 + x + x² for the small x that a horizon makes. */
function withInterest(leg: DebtLeg<bigint>, state: MarketState, seconds: bigint): DebtLeg<bigint> | undefined {
  if (seconds === 0n) return leg
  const rate = reserveOf(state, leg.asset.address)?.borrowRate
  if (typeof rate !== 'bigint') return undefined
  const x = (rate * seconds) / YEAR + 1n
  if (x > WAD) return undefined
  return { ...leg, amount: up(leg.amount * (WAD + x + up(x * x, WAD)), WAD) }
}

/** What becomes of legs when an amount is taken out; more than is held leaves less than nothing, for the checker to see. */
export function debit(legs: KnownLegs, asset: string, amount: bigint): KnownLegs {
  return {
    ...legs,
    collateral: legs.collateral.flatMap((leg) => {
      if (!isSame(leg.asset.address, asset)) return [leg]
      return leg.amount > amount ? [{ ...leg, amount: leg.amount - amount }] : []
    }),
  }
}

/** What becomes of legs when an amount arrives. */
export function credit(member: Member, legs: KnownLegs, asset: string, amount: bigint, purpose: Purpose): KnownLegs {
  if (amount <= 0n) return legs
  if (purpose === 'repay') {
    return {
      ...legs,
      debt: legs.debt.flatMap((leg) => {
        if (!isSame(leg.asset.address, asset)) return [leg]
        return leg.amount > amount ? [{ ...leg, amount: leg.amount - amount }] : []
      }),
    }
  }
  if (legs.collateral.some((leg) => isSame(leg.asset.address, asset))) {
    return {
      ...legs,
      collateral: legs.collateral.map((leg) =>
        isSame(leg.asset.address, asset) ? { ...leg, amount: leg.amount + amount } : leg,
      ),
    }
  }
  const first = firstSupply(member, asset)
  return first === undefined ? legs : { ...legs, collateral: [...legs.collateral, { ...first, amount }] }
}

/** What a supply of an asset becomes: the leg that is held (or was, before all of it left), or would be. */
export function firstSupply(
  { position, state, held }: Pick<Member, 'position' | 'state' | 'held'>,
  asset: string,
): CollateralLeg<bigint> | undefined {
  const own = held.collateral.find((leg) => isSame(leg.asset.address, asset))
  if (own !== undefined) return own
  const reserve = reserveOf(state, asset)
  if (reserve === undefined) return undefined
  const said = position.firstSupplies?.find((leg) => isSame(leg.asset.address, asset))
  const { liquidationThreshold, loanToValue } = reserve
  const leg: CollateralLeg = said ?? {
    asset: reserve.asset,
    amount: 0n,
    price: reserve.price,
    value: 0n,
    isCollateral: true,
    liquidationThreshold,
    loanToValue,
  }
  return typeof leg.price === 'bigint' ? { ...leg, amount: 0n, value: 0n, price: leg.price } : undefined
}

/** Legs with everything credited that is on its way already. */
export function withPending(member: Member, { pending = [] }: PlanMovesParameters): KnownLegs {
  return pending
    .filter(({ receiver }) => receiver === member.position.id)
    .reduce((legs, { asset, amount, purpose }) => credit(member, legs, asset, amount, purpose), member.legs)
}

/** What the protocol would say of these legs, after a shock if there is one. */
export function healthOf(member: Member, legs: KnownLegs, shock?: Shock | undefined): KnownHealth {
  return member.rule.assess(shock === undefined ? legs : shocked(member, legs, shock)).health
}

/** Legs at the prices after a shock, in the market's unit; against the owner to the last digit of the protocol's prices. */
export function shocked({ rule, position: { unit } }: Member, legs: KnownLegs, { prices }: Shock): KnownLegs {
  const factorOf = ({ chainId, address }: { chainId: number; address: string }) => {
    let [numerator, denominator] = [1n, 1n]
    for (const { assets, factor } of prices) {
      if (!assets.some((asset) => asset.chainId === chainId && isSame(asset.address, address))) continue
      numerator *= factor
      denominator *= WAD
    }
    return { numerator, denominator }
  }
  const inUnit = unit?.asset === undefined ? { numerator: 1n, denominator: 1n } : factorOf(unit.asset)
  const priced = <leg extends CollateralLeg<bigint> | DebtLeg<bigint>>(leg: leg, isDebt: boolean): leg => {
    const own = factorOf(leg.asset)
    const by = own.numerator * inUnit.denominator
    const of = own.denominator * inUnit.numerator
    if (by === of) return leg
    const decimals =
      rule.priceDecimals?.({ decimals: leg.asset.decimals, exactPrice: leg.exactPrice }, legs) ??
      leg.exactPrice?.decimals ??
      18
    const product = exactPriceOf(leg, decimals) * by
    const value = isDebt ? up(product, of) : product / of
    return { ...leg, exactPrice: { value, decimals }, price: rescaled(value, decimals, 18) }
  }
  return {
    collateral: legs.collateral.map((leg) => priced(leg, false)),
    debt: legs.debt.map((leg) => priced(leg, true)),
  }
}

function exactPriceOf({ price, exactPrice }: { price: bigint; exactPrice?: ExactPrice | undefined }, decimals: number) {
  if (exactPrice?.decimals === decimals && rescaled(exactPrice.value, decimals, 18) === price) return exactPrice.value
  return rescaled(price, 18, decimals)
}

function rescaled(value: bigint, from: number, to: number): bigint {
  return to >= from ? value * 10n ** BigInt(to - from) : value / 10n ** BigInt(from - to)
}

/** The target of a position, in the view's prices or in a scenario; `undefined`: none. */
export function targetOf({ targets }: PlanMovesParameters, id: string, scenario?: Scenario): bigint | undefined {
  return factorFor(scenario?.targets, id) ?? factorFor(targets, id)
}

/** The floor of a donor; `undefined`: none. */
export function floorOf({ targets, floors }: PlanMovesParameters, id: string): bigint | undefined {
  return factorFor(floors, id) ?? factorFor(targets, id)
}

function factorFor(factors: PlanMovesParameters['floors'], id: string): bigint | undefined {
  return typeof factors === 'bigint' || factors === undefined ? factors : factors[id]
}

export function reserveOf(state: MarketState, asset: string): Reserve | undefined {
  return state.reserves.find((reserve) => isSame(reserve.asset.address, asset))
}

/** What a whole token is worth in dollars, WAD, rounded up; `undefined` where nobody knows. */
export function dollarPrice({ state }: Pick<Member, 'state'>, asset: string): bigint | undefined {
  const price = reserveOf(state, asset)?.price
  const { unit } = state
  if (typeof price !== 'bigint') return undefined
  if (unit === undefined) return price
  return typeof unit.price === 'bigint' ? up(price * unit.price, WAD) : undefined
}

export function isAtLeast(health: KnownHealth, factor: bigint | undefined): boolean {
  return factor === undefined || health.status === 'no-debt' || health.factor >= factor
}

export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** A quotient rounded up. */
export function up(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
