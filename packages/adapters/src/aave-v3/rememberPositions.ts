import type { PositionFacts, ReadResult } from '@unimargin/sdk'
import type { CategoryState, OwnerState, ReserveTerms } from './PoolState.ts'

/** What a position is made of besides the owner's own state. */
export type Terms = {
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
  const known: { readonly parts: readonly unknown[]; readonly position: Position }[] = []
  return (terms, states) => {
    const { reserveStates, categoryStates } = terms
    const common = reserveStates.flatMap(({ tokens, configuration, price }) => [tokens, configuration.word, price])
    return states.map((result, index) => {
      if (result.status !== 'ok') return result
      const state = result.value
      const parts = [state, ...categoryStates, ...common, ...indicesOf(reserveStates, state)]
      const last = known[index]
      if (last !== undefined && isSame(last.parts, parts)) return last.position
      const position = make(terms, state, index)
      known[index] = { parts, position }
      return position
    })
  }
}

/** The indices of what the owner has. */
function indicesOf(reserveStates: readonly ReserveTerms[], { balances }: OwnerState): readonly unknown[] {
  return reserveStates.flatMap(({ liquidityIndex, borrowIndex }, index) => {
    const [supplied, variableDebt] = balances[index] ?? []
    return [isNothing(supplied) || liquidityIndex, isNothing(variableDebt) || borrowIndex]
  })
}

function isNothing(balance: ReadResult<bigint> | undefined): boolean {
  return balance?.status === 'ok' && balance.value === 0n
}

function isSame(last: readonly unknown[], next: readonly unknown[]): boolean {
  return last.length === next.length && last.every((part, index) => part === next[index])
}
