import { issuesOf, type Quantity, type Unknown, unknown } from '../model/Quantity.ts'
import { distinctIssues } from './distinctIssues.ts'

/** What is computed of quantities, which come as numbers in the same order: unknown as soon as one of them is. */
export function computed<result>(
  quantities: readonly Quantity[],
  compute: (...numbers: readonly bigint[]) => result,
): result | Unknown {
  return areKnown(quantities) ? compute(...quantities) : unknown(...distinctIssues(quantities.map(issuesOf)))
}

function areKnown(quantities: readonly Quantity[]): quantities is readonly bigint[] {
  return quantities.every((quantity) => typeof quantity === 'bigint')
}
