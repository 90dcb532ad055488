import type { Constraint } from './MarginPlan.ts'
import * as Program from './Program.ts'
import { type Relaxation, type RowSource, relax } from './relax.ts'
import { simplex } from './simplex.ts'

/** What is less is an error of floats. */
const NOTHING = 1e-9

/**
 * What stands in the way of all targets together, worst first: the limits of which more would bring the positions that are short
 * nearer to their targets, by how much nearer as much again would bring them at that rate. Where positions compete, the targets
 * and floors of those that are not short are among them.
 */
export function obstacles(program: Program.Program): readonly Constraint[] {
  const { parties } = program
  const none = program.options.map(() => 0n)
  const short = [...parties.keys()].filter((party) => !Program.meetsTargets(program, party, none))
  const relaxation = relax(program)
  const width = program.options.length
  const rows = relaxation.rows.filter(({ source }) => source.kind !== 'floor' || !source.isConditional)
  // What each of them misses, as health; what is missed is what costs.
  const costs = new Float64Array(width + short.length)
  costs.fill(1, width)
  const found = simplex({
    costs,
    lower: new Float64Array(width + short.length),
    upper: new Float64Array(width + short.length).fill(Number.MAX_VALUE).fill(2, 0, width),
    rows: rows.map(({ source, coefficients, least, scale }) => {
      const wide = new Float64Array(width + short.length)
      wide.set(coefficients)
      const place = source.kind === 'target' ? short.indexOf(source.party) : -1
      if (place >= 0) wide[width + place] = scale * debtOf(program, source)
      return { coefficients: wide, least }
    }),
  })
  if (found.status === 'infeasible') return []
  const limits = rows
    .map(({ source, coefficients, least }, index) => {
      const limit = source.kind === 'cap' ? Math.abs(least) : greatest(coefficients)
      return { source, worth: (found.prices[index] ?? 0) * limit }
    })
    .filter(({ source, worth }) => worth > NOTHING && !(source.kind === 'target' && short.includes(source.party)))
    .sort((left, right) => right.worth - left.worth)
    .map(({ source }) => constraintOf(program, source))
  return [...limits, ...besides(program, relaxation, found.values)]
}

/** What no linear program knows of, and stands in the way of what it would do: minima, and floors of who is below them already. */
function besides(program: Program.Program, { rows, least }: Relaxation, shares: Float64Array): readonly Constraint[] {
  const used = [...program.options.keys()].filter((place) => (shares[place] ?? 0) > NOTHING)
  const floors = rows.filter(
    ({ source }) =>
      source.kind === 'floor' &&
      source.isConditional &&
      used.some((place) => program.ends[place]?.donor === source.party),
  )
  const minima = new Map<string, Constraint>()
  for (const place of used) {
    const offer = program.options[place]?.offer
    if (offer === undefined || (shares[place] ?? 0) >= (least[place] ?? 0) - NOTHING) continue
    const [source, destination] = [offer.source.chainId, offer.destination.chainId]
    minima.set(`${offer.key}:${source}:${destination}`, { kind: 'route-least', route: offer.key, source, destination })
  }
  return [...floors.map(({ source }) => constraintOf(program, source)), ...minima.values()]
}

/** A row by the name that people know it by. */
export function constraintOf({ parties }: Pick<Program.Program, 'parties'>, source: RowSource): Constraint {
  if (source.kind === 'cap') return source.cap.constraint
  const party = parties[source.party]
  const position = party?.position.id ?? ''
  if (source.kind === 'floor') return { kind: source.of, position }
  return { kind: 'target', position, scenario: party?.scenes[source.scene]?.scenario ?? '' }
}

/** What one of health is of weighted collateral. */
function debtOf({ parties }: Program.Program, source: RowSource): number {
  if (source.kind !== 'target') return 0
  const party = parties[source.party]
  const legs = party?.scenes[source.scene]?.holdings.legs
  return legs === undefined ? 0 : Number(party?.rule.assess(legs).weightedDebt ?? 0n) / 1e18
}

function greatest(coefficients: Float64Array): number {
  return coefficients.reduce((most, coefficient) => Math.max(most, Math.abs(coefficient)), 0)
}
