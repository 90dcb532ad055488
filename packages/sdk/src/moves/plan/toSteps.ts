import type { KnownHealth } from '../../model/Health.ts'
import * as Legs from '../../risk/Legs.ts'
import { arrange } from './arrange.ts'
import type { HealthById, PlanStep, Recheck } from './MarginPlan.ts'
import * as Option from './Option.ts'
import * as Program from './Program.ts'

/** The steps of an answer in the order in which they are to be sent; none where no order keeps every floor. */
export function toSteps(program: Program.Program, units: Program.Units): readonly PlanStep[] {
  const order = arrange(program, units) ?? []
  return order.flatMap((place, index) => {
    const option = program.options[place]
    if (option === undefined) return []
    const count = units[place] ?? 0n
    const earlier = only(units, order.slice(0, index))
    const sent = only(units, order.slice(0, index + 1))
    return [
      {
        candidate: option.candidate,
        amount: Option.amountOf(option, count),
        arrives: Option.arrivesOf(option, count),
        costs: Option.costsOf(option, count),
        before: inFlight(program, earlier),
        sent: inFlight(program, sent),
        after: arrived(program, sent),
        recheck: rechecksOf(program, order, index, count),
      },
    ]
  })
}

/** Health when these were sent and only those on one chain have arrived; nothing that is pending either. */
export function inFlight(program: Program.Program, units: Program.Units): HealthById {
  return byId(program, (index) => {
    const party = program.parties[index]
    return party && Program.after(program, index, units, party.flight, { isArrived: false, isSlack: false })
  })
}

/** Health when all of these have arrived, and everything that is pending. */
export function arrived(program: Program.Program, units: Program.Units): HealthById {
  return byId(program, (index) => {
    const holdings = program.parties[index]?.scenes[0]?.holdings ?? program.parties[index]?.flight
    return holdings && Program.after(program, index, units, holdings, { isArrived: true, isSlack: false })
  })
}

function byId(
  { parties }: Program.Program,
  legsOf: (index: number) => Parameters<Program.Program['parties'][number]['rule']['assess']>[0] | undefined,
): HealthById {
  const all: Record<string, KnownHealth> = {}
  for (const [index, { position, rule, hasDebt }] of parties.entries()) {
    const legs = hasDebt ? legsOf(index) : undefined
    all[position.id] = legs === undefined ? { status: 'no-debt' } : rule.assess(legs).health
  }
  return all
}

function only(units: Program.Units, places: readonly number[]): Program.Units {
  return units.map((count, place) => (places.includes(place) ? count : 0n))
}

function rechecksOf(
  program: Program.Program,
  order: readonly number[],
  index: number,
  count: bigint,
): readonly Recheck[] {
  const place = order[index] ?? -1
  const [option, ends] = [program.options[place], program.ends[place]]
  const [donor, receiver] = [program.parties[ends?.donor ?? -1], program.parties[ends?.receiver ?? -1]]
  if (option === undefined || donor === undefined || receiver === undefined) return []
  const { candidate } = option
  const [amount, arrives] = [Option.amountOf(option, count), Option.arrivesOf(option, count)]
  const { received } = candidate
  const room = receiver.state.reserves.find(({ asset }) => Legs.isSame(asset.address, received.address))?.supplyRoom
  // What was received on one chain first lets a donor give.
  const needed = order
    .slice(0, index)
    .flatMap((other, step) =>
      program.ends[other]?.receiver === ends?.donor && program.options[other]?.offer === undefined ? [step] : [],
    )
  return [
    ...needed.map((step) => ({ kind: 'step', index: step }) as const),
    ...(donor.floor === undefined
      ? []
      : [{ kind: 'donor-health', position: candidate.donor, atLeast: donor.floor } as const]),
    { kind: 'available', position: candidate.donor, asset: candidate.asset, atLeast: amount },
    ...(candidate.route === undefined ? [] : [{ kind: 'route', route: candidate.route, atLeast: amount } as const]),
    ...(candidate.purpose === 'repay'
      ? [{ kind: 'owed', position: candidate.receiver, asset: received, atLeast: arrives } as const]
      : room === undefined
        ? []
        : [{ kind: 'room', position: candidate.receiver, asset: received, atLeast: arrives } as const]),
  ]
}
