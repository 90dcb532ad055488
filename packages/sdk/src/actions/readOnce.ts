import type { Address } from '../model/Hex.ts'
import type { Read } from '../reads/Read.ts'

type Made = { readonly facts: unknown; readonly read: Read<unknown> }

const made = new WeakMap<readonly Address[], Map<unknown, Made>>()

/**
 * Gives the same read again for the same list of owners, of the same thing (`of`, e.g. an adapter) and the same facts about
 * it, all compared by identity. A read that is used again understands anew only what changed; who asks once, with a list of
 * their own, keeps nothing alive.
 */
export function readOnce<value>(
  owners: readonly Address[],
  { of, facts }: { readonly of: unknown; readonly facts?: unknown },
  make: () => Read<value>,
): Read<value> {
  const known = made.get(owners) ?? new Map<unknown, Made>()
  made.set(owners, known)
  const before = known.get(of)
  // What was kept under `of` was made by the same `make`.
  if (before !== undefined && before.facts === facts) return before.read as Read<value>
  const read = make()
  known.set(of, { facts, read })
  return read
}
