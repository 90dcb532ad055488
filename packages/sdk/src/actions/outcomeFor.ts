import type { Address } from '../model/Hex.ts'
import type { ReadFailure } from '../model/ReadResult.ts'
import type { ChainOutcome } from './readChain.ts'

/** What a chain brought, for some of the owners that it was read for, in the order of `owners`. */
export function outcomeFor(outcome: ChainOutcome, owners: readonly Address[]): ChainOutcome {
  if (owners.length === outcome.owners.length && owners.every((owner, index) => owner === outcome.owners[index])) {
    return outcome
  }
  const places = placesOf(outcome.owners)
  const pick = <entry>(entries: readonly entry[]): readonly (entry | undefined)[] =>
    owners.map((owner) => entries[places.get(owner) ?? -1])
  return {
    ...outcome,
    owners,
    markets: outcome.markets.map(({ adapter, reading }) => {
      if (reading.status !== 'ok') return { adapter, reading }
      const positions = pick(reading.value.positions).map((position) => position ?? NO_POSITION)
      return { adapter, reading: { status: 'ok', value: { state: reading.value.state, positions } } }
    }),
    router: outcome.router && {
      ...outcome.router,
      moves: pick(outcome.router.moves).map((moves) => moves ?? NOT_ASKED),
    },
  }
}

/** Where each owner is in a list; found once per list, because a thousand accounts may share it. */
function placesOf(owners: readonly Address[]): ReadonlyMap<Address, number> {
  const known = places.get(owners)
  if (known !== undefined) return known
  const made = new Map(owners.map((owner, index) => [owner, index]))
  places.set(owners, made)
  return made
}

const places = new WeakMap<readonly Address[], ReadonlyMap<Address, number>>()

const NO_POSITION: ReadFailure = { status: 'unavailable', reason: 'the adapter gave no position for this owner' }
const NOT_ASKED: ReadFailure = { status: 'unavailable', reason: 'nobody asked for the moves of this owner' }
