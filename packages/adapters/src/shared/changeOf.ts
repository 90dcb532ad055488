/** What metadata says of something, and what is read of it now. */
export type Fact = readonly [what: string, known: unknown, now: unknown]

/** The first of some facts that no longer holds, and what it became; nothing if all hold. */
export function changeOf(facts: readonly Fact[]): string | undefined {
  const changed = facts.find(([, known, now]) => known !== now)
  return changed && `${changed[0]} became ${changed[2] ?? 'none'}`
}
