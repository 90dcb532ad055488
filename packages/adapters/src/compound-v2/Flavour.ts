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
  /** What getters of rates end in. */
  readonly per: 'PerBlock' | 'PerTimestamp'
}

const NAMES: readonly FlavourName[] = ['venus-isolated', 'moonwell', 'compound']

/**
 * The facts of a flavour.
 *
 * @throws UnknownFlavourError when a caller without types names another one.
 */
export function of(name: FlavourName): Flavour {
  if (!NAMES.includes(name)) throw new UnknownFlavourError(name, NAMES)
  const isByTime = name === 'moonwell'
  return {
    name,
    isVenus: name === 'venus-isolated',
    accruedUntil: isByTime ? 'accrualBlockTimestamp' : 'accrualBlockNumber',
    per: isByTime ? 'PerTimestamp' : 'PerBlock',
  }
}
