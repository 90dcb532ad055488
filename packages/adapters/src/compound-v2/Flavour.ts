import { UnknownFlavourError } from './UnknownFlavourError.ts'

/** Which member of the family. `compound`: Compound V2 itself and what was forked from it without changes of its own. */
export type FlavourName = 'venus-isolated' | 'moonwell' | 'compound'

/** In what the members of the family differ, as far as it matters here. */
export type Flavour = {
  readonly name: FlavourName
  /** Of Venus's isolated pools: thresholds, delegates, pauses by action, bad debt, caps that are reached, and errors that revert. */
  readonly isVenus: boolean
  /** Where a token says up to when interest was accrued. */
  readonly accruedUntil: 'accrualBlockNumber' | 'accrualBlockTimestamp'
  readonly borrowRate: 'borrowRatePerBlock' | 'borrowRatePerTimestamp'
  /** What getters of interest rate models end in. */
  readonly per: 'PerBlock' | 'PerTimestamp'
}

const flavours: Readonly<Record<FlavourName, Flavour>> = {
  'venus-isolated': make('venus-isolated', true, false),
  moonwell: make('moonwell', false, true),
  compound: make('compound', false, false),
}

/**
 * The facts of a flavour.
 *
 * @throws UnknownFlavourError when a caller without types names another one.
 */
export function of(name: FlavourName): Flavour {
  const known = Object.keys(flavours)
  if (!known.includes(name)) throw new UnknownFlavourError(name, known)
  return flavours[name]
}

function make(name: FlavourName, isVenus: boolean, isByTime: boolean): Flavour {
  return {
    name,
    isVenus,
    accruedUntil: isByTime ? 'accrualBlockTimestamp' : 'accrualBlockNumber',
    borrowRate: isByTime ? 'borrowRatePerTimestamp' : 'borrowRatePerBlock',
    per: isByTime ? 'PerTimestamp' : 'PerBlock',
  }
}
