import type { PositionFacts, ReadResult } from '@unimargin/sdk'
import type { CategoryState, OwnerBalances, OwnerState, ReserveTerms } from './PoolState.ts'
import type { AaveV3Version } from './version.ts'

/** What a position is made of besides the owner's own state. */
export type Terms = {
  readonly version: AaveV3Version
  readonly reserveStates: readonly ReserveTerms[]
  readonly categoryStates: readonly CategoryState[]
}

type Position = ReadResult<PositionFacts>

/**
 * Gives an owner's position again, the very same object, for as long as neither the owner's state nor the terms changed. Of a
 * reserve's terms, its indices move with every block, and count only for those who have something of it.
 */
export function rememberPositions(
  make: (terms: Terms, state: OwnerState, index: number) => Position,
): (terms: Terms, states: readonly ReadResult<OwnerState>[]) => readonly Position[] {
  let last: Terms | undefined
  let known: readonly { readonly state: OwnerState; readonly position: Position }[] = []
  return (terms, states) => {
    const before = last !== undefined && isSameTerms(last, terms) ? last.reserveStates : undefined
    const made = states.map((result, index) => {
      if (result.status !== 'ok') return result
      const entry = known[index]
      const state = result.value
      return before !== undefined && entry?.state === state && isSameWorth(before, terms.reserveStates, state)
        ? entry
        : { state, position: make(terms, state, index) }
    })
    last = terms
    known = made.map((entry) => ('position' in entry ? entry : { state: NEVER, position: entry }))
    return known.map(({ position }) => position)
  }
}

/** The state of nobody: what could not be read is asked for anew. */
const NEVER: OwnerState = { configuration: 0n, eMode: 0n, balances: [] }

function isSameTerms(last: Terms, next: Terms): boolean {
  return (
    last.version === next.version &&
    isEvery(last.categoryStates, next.categoryStates, Object.is) &&
    isEvery(
      last.reserveStates,
      next.reserveStates,
      (a, b) => a.tokens === b.tokens && a.price === b.price && isSameRecord(a.configuration, b.configuration),
    )
  )
}

function isSameWorth(last: readonly ReserveTerms[], next: readonly ReserveTerms[], { balances }: OwnerState): boolean {
  return isEvery(last, next, (a, b, index) => {
    const has = balances[index]
    return (
      (isNothing(has?.supplied) || a.liquidityIndex === b.liquidityIndex) &&
      (isNothing(has?.variableDebt) || a.borrowIndex === b.borrowIndex)
    )
  })
}

function isNothing(balance: OwnerBalances['supplied'] | undefined): boolean {
  return balance?.status === 'ok' && balance.value === 0n
}

function isSameRecord(a: ReserveTerms['configuration'], b: ReserveTerms['configuration']): boolean {
  return isEvery(Object.values(a), Object.values(b), Object.is)
}

function isEvery<entry>(
  a: readonly entry[],
  b: readonly entry[],
  isEqual: (a: entry, b: entry, index: number) => boolean,
): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const two = b[index]
      return two !== undefined && isEqual(one, two, index)
    })
  )
}
