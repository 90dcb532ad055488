import { Wad } from '@unimargin/sdk'

/** What a token of the family counts, in base units of its asset; `supply` in shares. */
export type Totals = {
  readonly cash: bigint
  readonly borrows: bigint
  readonly reserves: bigint
  readonly badDebt: bigint
  readonly supply: bigint
}

/**
 * The totals after `slots` blocks or seconds of simple interest, truncated as `accrueInterest` does. Paying out the reserves,
 * which Venus does now and then in the same step, changes neither rate, exchange rate nor what can be taken out: all of them
 * see cash and reserves by their difference alone.
 */
export function accrue(totals: Totals, rate: bigint, slots: bigint, reserveFactor: bigint): Totals {
  const interest = (rate * slots * totals.borrows) / Wad.WAD
  return {
    ...totals,
    borrows: totals.borrows + interest,
    reserves: totals.reserves + (reserveFactor * interest) / Wad.WAD,
  }
}

/** Base units of the asset per share, WAD; `undefined` where there are no shares: then a token tells its first rate. */
export function exchangeRate(totals: Totals): bigint | undefined {
  const held = worth(totals)
  return totals.supply === 0n || held < 0n ? undefined : (held * Wad.WAD) / totals.supply
}

/** All that belongs to those who supplied. */
export function worth({ cash, borrows, badDebt, reserves }: Totals): bigint {
  return cash + borrows + badDebt - reserves
}

/** WAD. Venus counts bad debt as lent, and nothing above one. */
export function utilisation(totals: Totals, isVenus: boolean): bigint {
  const lent = totals.borrows + totals.badDebt
  const held = worth(totals)
  if (lent === 0n || held <= 0n) return 0n
  const used = (lent * Wad.WAD) / held
  return isVenus && used > Wad.WAD ? Wad.WAD : used
}

/** What suppliers earn per slot, WAD, where borrowers pay `rate`: truncated as the models do. */
export function supplyRate(totals: Totals, rate: bigint, reserveFactor: bigint, isVenus: boolean): bigint {
  const toPool = (rate * (Wad.WAD - reserveFactor)) / Wad.WAD
  const held = worth(totals)
  if (held <= 0n) return 0n
  // Venus truncates once. The others, who know no bad debt, go by the utilisation.
  return isVenus ? (totals.borrows * toPool) / held : (((totals.borrows * Wad.WAD) / held) * toPool) / Wad.WAD
}
