import type { Constraint } from './MarginPlan.ts'
import * as Program from './Program.ts'

/** Where in a program a limit is. */
export type Touched =
  | { readonly kind: 'cap'; readonly constraint: Constraint; readonly cap: Program.Cap }
  | { readonly kind: 'floor'; readonly constraint: Constraint; readonly party: number }
  | { readonly kind: 'loan-to-value'; readonly constraint: Constraint; readonly party: number }
  | { readonly kind: 'target'; readonly constraint: Constraint; readonly party: number; readonly scene: number }
  | { readonly kind: 'least'; readonly constraint: Constraint; readonly place: number }

/** Amounts come from floats as near as this to a limit. */
const NEAR = 1_000_000n

/** The limits that an answer touches: a little more of what it does, or less of what it brings, would break them. */
export function touched(program: Program.Program, units: Program.Units): readonly Touched[] {
  return [
    ...program.parties.flatMap((_, party) => [...targetsOf(program, units, party), ...floorOf(program, units, party)]),
    ...program.caps.flatMap((cap) => (isFull(program, units, cap) ? [capOf(cap)] : [])),
    ...program.options.flatMap((_, place) => leastOf(program, units, place)),
  ]
}

function capOf(cap: Program.Cap): Touched {
  return { kind: 'cap', constraint: cap.constraint, cap }
}

function isFull({ options }: Program.Program, units: Program.Units, cap: Program.Cap): boolean {
  const used = cap.options.filter((place) => isUsed(units, place))
  if (used.length === 0) return false
  const left = cap.most - Program.usedBy(options, cap, units)
  // What one unit of the coarsest of them takes, and what floats may have left.
  const isNear = used.some((place) => {
    const option = options[place]
    const unit = cap.measure === 'amount' ? option?.unit : option?.receivedUnit
    return left < (unit ?? 0n)
  })
  return isNear || left < cap.most / 10n ** 9n
}

function floorOf(program: Program.Program, units: Program.Units, party: number): readonly Touched[] {
  const who = program.parties[party]
  if (who?.floor === undefined) return []
  const outs = (program.links[party]?.outs ?? []).filter((place) => isUsed(units, place))
  const missed = outs.flatMap((place) => Program.floorsMissed(program, party, changed(units, place, 1n)))
  return [...new Set(missed.map(({ kind }) => kind))].map((kind) => ({
    kind,
    constraint: { kind, position: who.position.id },
    party,
  }))
}

function targetsOf(program: Program.Program, units: Program.Units, party: number): readonly Touched[] {
  const { outs = [], ins = [] } = program.links[party] ?? {}
  const { position, scenes = [] } = program.parties[party] ?? {}
  const worse = [
    ...outs.filter((place) => isUsed(units, place)).map((place) => changed(units, place, 1n)),
    ...ins.filter((place) => isUsed(units, place)).map((place) => changed(units, place, -1n)),
  ]
  return scenes.flatMap(({ scenario, target }, scene): readonly Touched[] => {
    if (position === undefined || target === undefined) return []
    if (worse.every((other) => Program.meetsTarget(program, party, scene, other))) return []
    return [{ kind: 'target', constraint: { kind: 'target', position: position.id, scenario }, party, scene }]
  })
}

function leastOf({ options }: Program.Program, units: Program.Units, place: number): readonly Touched[] {
  const option = options[place]
  if (option?.offer === undefined || option.least <= 1n || units[place] !== option.least) return []
  const { key, source, destination } = option.offer
  return [
    {
      kind: 'least',
      constraint: { kind: 'route-least', route: key, source: source.chainId, destination: destination.chainId },
      place,
    },
  ]
}

function isUsed(units: Program.Units, place: number): boolean {
  return (units[place] ?? 0n) > 0n
}

/** With a little more or less of one option. */
function changed(units: Program.Units, place: number, sign: bigint): Program.Units {
  return units.map((count, other) => {
    if (other !== place) return count
    const next = count + sign * (1n + count / NEAR)
    return next > 0n ? next : 0n
  })
}
