import type { MarginPlan, PlanMovesParameters, RiskContext } from '@unimargin/sdk'
import { isSame, open } from './Book.ts'
import { candidatesOf } from './candidates.ts'
import { costOf, isFeasible, type Sent } from './weigh.ts'

/** Base units that markets may round away, at either end. */
const SLACK = 2n
/** Base units by which half of an amount may be off, where those are what counts: what is kept aside does not halve. */
const NEAR = 8n

/**
 * What half of a plan for twice the account costs the account itself, US dollars, WAD: of all ways to round its halves to whole units,
 * up or down, the cheapest that the rules accept. `undefined` where they accept none: units do not halve, and half of seven units is
 * three, of which less arrives, or four, which may be more than a route carries.
 */
export function halved(
  context: RiskContext,
  parameters: PlanMovesParameters,
  { steps }: Pick<MarginPlan, 'steps'>,
): bigint | undefined {
  const book = open(context, parameters)
  const moves = candidatesOf(book, parameters)
  let ways: readonly (readonly Sent[])[] = [[]]
  for (const { candidate, amount } of steps) {
    const { donor, receiver, asset, received, route, purpose } = candidate
    const move = moves.find(
      (one) =>
        one.donor.position.id === donor &&
        one.receiver.position.id === receiver &&
        one.purpose === purpose &&
        one.offer?.key === route &&
        isSame(one.asset, asset.address) &&
        isSame(one.received, received.address),
    )
    if (move === undefined) return undefined
    const { unit, least, most } = move
    const down = (amount / (2n * unit)) * unit
    const beside = unit > NEAR ? [down, down + unit] : [down, down + unit, down - NEAR * unit, down + NEAR * unit]
    const amounts = [0n, ...beside.filter((one) => one >= least && one <= most)]
    ways = ways.flatMap((way) => amounts.map((one) => (one === 0n ? way : [...way, { move, amount: one }])))
  }
  const [cheapest] = ways
    .filter((way) => isFeasible(book, parameters, way, SLACK))
    .map((way) => costOf(parameters, way))
    .sort((one, other) => (one < other ? -1 : 1))
  return cheapest
}
