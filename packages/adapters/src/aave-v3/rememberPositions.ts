import type { PositionFacts, ReadResult } from '@unimargin/sdk'
import type { CategoryState, OwnerState, ReserveTerms } from './PoolState.ts'

/** What a position is made of besides the owner's own state. */
export type Terms = {
  readonly revision: bigint
  readonly reserveStates: readonly ReserveTerms[]
  readonly categoryStates: readonly CategoryState[]
}

type Position = ReadResult<PositionFacts>

/**
 * Gives an owner's position again, the very same object, for as long as neither the owner's state nor the terms changed. Of a
 * reserve only price and configuration are terms of a position: its indices move with every block.
 */
export function rememberPositions(
  make: (terms: Terms, state: OwnerState, index: number) => Position,
): (terms: Terms, states: readonly ReadResult<OwnerState>[]) => readonly Position[] {
  let last: Terms | undefined
  let known: readonly { readonly state: OwnerState; readonly position: Position }[] = []
  return (terms, states) => {
    const isSame = last !== undefined && isSameTerms(last, terms)
    const made = states.map((result, index) => {
      if (result.status !== 'ok') return result
      const before = isSame ? known[index] : undefined
      return before?.state === result.value
        ? before
        : { state: result.value, position: make(terms, result.value, index) }
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
    last.revision === next.revision &&
    isEvery(last.categoryStates, next.categoryStates, Object.is) &&
    isEvery(
      last.reserveStates,
      next.reserveStates,
      (a, b) => a.tokens === b.tokens && a.price === b.price && isSameRecord(a.configuration, b.configuration),
    )
  )
}

function isSameRecord(a: ReserveTerms['configuration'], b: ReserveTerms['configuration']): boolean {
  return isEvery(Object.values(a), Object.values(b), Object.is)
}

function isEvery<entry>(a: readonly entry[], b: readonly entry[], isEqual: (a: entry, b: entry) => boolean): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const two = b[index]
      return two !== undefined && isEqual(one, two)
    })
  )
}
