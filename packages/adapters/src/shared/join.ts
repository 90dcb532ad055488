import { type DataIssue, issuesOf, type Quantity, unknown } from '@unimargin/sdk'

/** What comes of several numbers, as soon as all of them are known. */
export function join<const from extends readonly Quantity[]>(
  quantities: from,
  to: (...known: { readonly [index in keyof from]: bigint }) => bigint,
): Quantity {
  if (quantities.every((quantity) => typeof quantity === 'bigint')) {
    // Each was just seen to be known.
    return to(...(quantities as unknown as { readonly [index in keyof from]: bigint }))
  }
  const issues: readonly DataIssue[] = [...new Set(quantities.flatMap(issuesOf))]
  return unknown(...issues)
}
