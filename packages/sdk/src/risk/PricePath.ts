import type { CollateralLeg, DebtLeg, ExactPrice, KnownLegs } from '../model/Leg.ts'
import type { UnitOfAccount } from '../model/UnitOfAccount.ts'
import { WAD } from '../units/Wad.ts'
import { AmbiguousDirectionError, InvalidSlopeError } from './DirectionErrors.ts'
import * as Exact from './Exact.ts'
import { least } from './Extremes.ts'
import { isSame } from './Legs.ts'
import type { LiquidationRule } from './LiquidationRule.ts'
import { priceUp } from './Prices.ts'
import type { Direction } from './Shock.ts'

/**
 * The prices of one position on their way along a direction. It is what `Prices.changed` makes of the factors `1 + slope · length`,
 * with everything looked up beforehand: a search asks for it at many lengths.
 */
export type PricePath = {
  /** The legs after a length (WAD), from zero to the last of `ends`. */
  readonly at: (length: bigint) => KnownLegs
  /**
   * Lengths at which something comes to an end: a price reaches zero. Between two of them prices go straight, up to their common unit
   * and to less than one unit of the protocol's own. None where no price of the position goes anywhere.
   */
  readonly ends: readonly bigint[]
}

type Setting = { readonly rule: LiquidationRule; readonly unit: UnitOfAccount | undefined }

/** No way is followed farther, and none on which what the market counts in has lost all but a billionth. */
const FARTHEST: bigint = 10n ** 6n * WAD
const LEAST_UNIT: bigint = 10n ** 9n
const STEEPEST: bigint = 10n ** 6n * WAD
const WHOLE: bigint = WAD * WAD

/**
 * Along a direction; without one all that counts as collateral falls alike, whatever it is, while what is owed keeps its price.
 *
 * @throws AmbiguousDirectionError, InvalidSlopeError
 */
export function of(legs: KnownLegs, { rule, unit }: Setting, direction: Direction | undefined): PricePath {
  if (direction === undefined) {
    const moving = {
      collateral: legs.collateral.map((leg) => (leg.isCollateral ? -WAD : 0n)),
      debt: legs.debt.map(() => 0n),
    }
    return path(legs, rule, moving, 0n)
  }
  const slopeOf = ({ asset }: Pick<CollateralLeg, 'asset'>): bigint => {
    const [first, second] = direction.slopes.filter(({ assets }) =>
      assets.some(({ chainId, address }) => chainId === asset.chainId && isSame(address, asset.address)),
    )
    if (second !== undefined) throw new AmbiguousDirectionError(direction.name, asset)
    const slope = first?.slope ?? 0n
    if (slope > STEEPEST || slope < -STEEPEST) throw new InvalidSlopeError(direction.name, slope, STEEPEST)
    return slope
  }
  const slopes = { collateral: legs.collateral.map(slopeOf), debt: legs.debt.map(slopeOf) }
  return path(legs, rule, slopes, unit?.asset === undefined ? 0n : slopeOf({ asset: unit.asset }))
}

function path(
  legs: KnownLegs,
  rule: LiquidationRule,
  slopes: { readonly collateral: readonly bigint[]; readonly debt: readonly bigint[] },
  unitSlope: bigint,
): PricePath {
  const exactOf = (
    leg: CollateralLeg<bigint> | DebtLeg<bigint>,
    priceOf: (leg: CollateralLeg<bigint> | DebtLeg<bigint>, decimals: number) => bigint,
  ): ExactPrice => {
    const decimals = rule.priceDecimals?.({ decimals: leg.asset.decimals, exactPrice: leg.exactPrice }, legs) ?? 18
    return { value: priceOf(leg, decimals), decimals }
  }
  const collateral = legs.collateral.map((leg, index) => ({
    leg,
    slope: slopes.collateral[index] ?? 0n,
    now: exactOf(leg, Exact.priceOf),
  }))
  const debt = legs.debt.map((leg, index) => ({ leg, slope: slopes.debt[index] ?? 0n, now: exactOf(leg, priceUp) }))
  const moving = [...collateral, ...debt].map(({ slope }) => slope).filter((slope) => slope !== unitSlope)
  return {
    at: (length) => {
      const unit = WHOLE + unitSlope * length
      const price = (slope: bigint, value: bigint) => clamp(WHOLE + slope * length) * value
      return {
        collateral: collateral.map(({ leg, slope, now }) =>
          slope === unitSlope ? leg : priced(leg, { ...now, value: price(slope, now.value) / unit }),
        ),
        debt: debt.map(({ leg, slope, now }) =>
          slope === unitSlope ? leg : priced(leg, { ...now, value: (price(slope, now.value) + unit - 1n) / unit }),
        ),
      }
    },
    ends: moving.length === 0 ? [] : endsOf(moving, unitSlope),
  }
}

/**
 * Prices that fall end at zero; what the market counts in must not come near it, because everything else rises beyond all numbers in
 * it then.
 */
function endsOf(slopes: readonly bigint[], unitSlope: bigint): readonly bigint[] {
  const farthest = unitSlope < 0n ? least((WHOLE - WHOLE / LEAST_UNIT) / -unitSlope, FARTHEST) : FARTHEST
  const zeros = slopes.filter((slope) => slope < 0n).map(zeroOf)
  const goesOn = unitSlope !== 0n || slopes.some((slope) => slope > 0n)
  const ends = [...new Set([...zeros.filter((zero) => zero < farthest), ...(goesOn ? [farthest] : [])])]
  return ends.sort((a, b) => (a < b ? -1 : 1))
}

/** The length after which a price that falls is zero. */
function zeroOf(slope: bigint): bigint {
  return (WHOLE - slope - 1n) / -slope
}

function priced<leg extends CollateralLeg<bigint> | DebtLeg<bigint>>(leg: leg, exactPrice: ExactPrice): leg {
  return { ...leg, exactPrice, price: Exact.toWad(exactPrice) }
}

function clamp(factor: bigint): bigint {
  return factor > 0n ? factor : 0n
}
