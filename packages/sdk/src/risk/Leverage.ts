import type { Quantity } from '../model/Quantity.ts'
import { WAD } from '../units/Wad.ts'
import type { CorrelatedAssets } from './AssetGroups.ts'
import { computed } from './computed.ts'

/**
 * What margin traders ask of an account, in WAD: of one position in the unit that its market counts in, of several in US dollars. Each
 * figure is unknown as soon as a number that it needs is, and `undefined` where it would divide by nothing.
 *
 * `V` is what is supplied, collateral or not, `D` what is owed, `W` and `Dw` are both as the protocol weights them for liquidation.
 */
export type Leverage = {
  /** `V`. */
  readonly collateralValue: Quantity
  /** `D`. */
  readonly debtValue: Quantity
  /** `V − D`, with a sign: what would be left without the debt. */
  readonly netValue: Quantity
  /** `V / (V − D)`, rounded up: 1 without debt. `undefined` where nothing would be left. */
  readonly grossLeverage: Quantity | undefined
  /**
   * What is supplied of each asset, or of correlated ones, beyond what is owed of it, over `V − D`; rounded up. A loop of an asset, or
   * of what follows its price, has a high gross leverage and a net one of about 1.
   */
  readonly netLeverage: Quantity | undefined
  /** `V / D`, rounded down. `undefined` where nothing is owed. */
  readonly collateralRatio: Quantity | undefined
  /** `D / V`, rounded up. `undefined` where nothing is supplied. */
  readonly loanToValue: Quantity | undefined
  /** The net value that the loan-to-values ask for: `Σ value · (1 − LTV)`, all of what is no collateral; and `Dw − D`. */
  readonly initialMargin: Quantity
  /** The net value below which one is liquidated: `V − W`, which is `Σ value · (1 − LT)`; and `Dw − D`. */
  readonly maintenanceMargin: Quantity
  /**
   * Net value less initial margin, with a sign: `Σ value · LTV − Dw`, the most that may still be borrowed. Below zero nothing may, and
   * it says how much would have to be paid back first.
   */
  readonly freeCollateral: Quantity
  /** The weighted collateral that is missing until `W / Dw` is the target: `target · Dw − W`, rounded up; zero where nothing is. */
  readonly shortage: Quantity
}

/** Parameters of `leverageOf` and `accountLeverage`. */
export type LeverageOptions = {
  /** The health factor that `shortage` is about, WAD; 1, where liquidation begins, unless given. */
  readonly target?: bigint | undefined
  /** Assets whose prices are held to move as one: for `netLeverage`. Each alone unless given. */
  readonly correlated?: CorrelatedAssets | undefined
}

/** What all figures are made of. */
export type LeverageSums = {
  readonly collateralValue: Quantity
  readonly debtValue: Quantity
  readonly weightedCollateral: Quantity
  readonly weightedDebt: Quantity
  /** `Σ value · LTV`. */
  readonly lendable: Quantity
  /** What is supplied beyond what is owed, asset by asset. */
  readonly net: Quantity
  readonly shortage: Quantity
}

/** The figures of some sums. */
export function of(sums: LeverageSums): Leverage {
  const { collateralValue, debtValue, weightedCollateral, weightedDebt, lendable, net, shortage } = sums
  const over = (value: Quantity) =>
    computed([value, collateralValue, debtValue], (part, supplied, owed) =>
      supplied > owed ? divUp(part * WAD, supplied - owed) : undefined,
    )
  return {
    collateralValue,
    debtValue,
    netValue: computed([collateralValue, debtValue], (supplied, owed) => supplied - owed),
    grossLeverage: over(collateralValue),
    netLeverage: over(net),
    collateralRatio: computed([collateralValue, debtValue], (supplied, owed) =>
      owed === 0n ? undefined : (supplied * WAD) / owed,
    ),
    loanToValue: computed([collateralValue, debtValue], (supplied, owed) =>
      supplied === 0n ? undefined : divUp(owed * WAD, supplied),
    ),
    initialMargin: computed(
      [collateralValue, lendable, weightedDebt, debtValue],
      (supplied, lent, weighted, owed) => supplied - lent + weighted - owed,
    ),
    maintenanceMargin: computed(
      [collateralValue, weightedCollateral, weightedDebt, debtValue],
      (supplied, backing, weighted, owed) => supplied - backing + weighted - owed,
    ),
    freeCollateral: computed([lendable, weightedDebt], (lent, weighted) => lent - weighted),
    shortage,
  }
}

/** `target · Dw − W`, rounded up; zero where nothing is missing. */
export function shortageOf(
  { weightedCollateral, weightedDebt }: Pick<LeverageSums, 'weightedCollateral' | 'weightedDebt'>,
  target: bigint,
): Quantity {
  return computed([weightedCollateral, weightedDebt], (backing, owed) => {
    const missing = divUp(owed * target, WAD) - backing
    return missing > 0n ? missing : 0n
  })
}

function divUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
