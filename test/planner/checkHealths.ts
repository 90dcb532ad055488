import type { HealthById, KnownHealth, KnownLegs, MarginPlan, PlanMovesParameters, PlanStep } from '@unimargin/sdk'
import { type Book, credit, debit, floorOf, healthOf, isAtLeast, type Member, targetOf, withPending } from './Book.ts'
import { lends } from './lends.ts'

/** Above this many moves on their way not every subset of arrivals is looked at, only prefixes and single ones. */
const MOST_FOR_SUBSETS = 6

/**
 * What is wrong with the healths: those that a plan states, the floor of every donor whenever a step was sent and whichever of
 * the moves under way have arrived by then, and in the end every target in every scenario.
 */
export function checkHealths(
  book: Book,
  parameters: PlanMovesParameters,
  plan: Pick<MarginPlan, 'steps' | 'health'>,
  { mustReach = true }: { readonly mustReach?: boolean } = {},
): readonly string[] {
  const { steps, health } = plan
  const problems: string[] = []
  const moment = (upTo: number, arrived: (index: number) => boolean, pending: boolean) => (member: Member) =>
    legsAt(member, parameters, steps, { upTo, arrived, pending })
  const compare = (what: string, said: HealthById, at: (member: Member) => KnownLegs, needed: readonly string[]) => {
    for (const id of needed) if (said[id] === undefined) problems.push(`${what} says nothing of ${id}`)
    for (const [id, one] of Object.entries(said)) {
      const member = book.get(id)
      if (member === undefined) problems.push(`${what} speaks of ${id}, which nobody knows`)
      else if (!isEqual(healthOf(member, at(member)), one)) {
        problems.push(`${what}: ${shown(one)} for ${id}, it is ${shown(healthOf(member, at(member)))}`)
      }
    }
  }
  const nothing = () => false
  const everything = () => true

  steps.forEach(({ candidate: { donor, receiver }, before, sent, after }, index) => {
    compare(`before of step ${index}`, before, moment(index, nothing, false), [donor, receiver])
    compare(`sent of step ${index}`, sent, moment(index + 1, nothing, false), [donor, receiver])
    compare(`after of step ${index}`, after, moment(index + 1, everything, true), [donor, receiver])
  })
  const involved = steps.flatMap(({ candidate }) => [candidate.donor, candidate.receiver])
  compare('now', health.now, moment(0, nothing, false), involved)
  compare('in flight', health.inFlight, moment(steps.length, nothing, false), involved)
  compare('after', health.after, moment(steps.length, everything, true), involved)

  for (let sent = 1; sent <= steps.length; sent += 1) {
    const donors = new Set(steps.slice(0, sent).map(({ candidate }) => candidate.donor))
    for (const arrived of subsets(steps.slice(0, sent))) {
      for (const pending of [false, true]) {
        for (const id of donors) {
          const member = book.get(id)
          if (member === undefined) continue
          const legs = moment(sent, (index) => arrived.has(index), pending)(member)
          const now = healthOf(member, legs)
          const floor = floorOf(parameters, id)
          if (!isAtLeast(now, floor)) {
            problems.push(`${id} at ${shown(now)} below its floor ${floor} after ${sent} sent, ${[...arrived]} arrived`)
          }
          if (!lends(member, legs)) problems.push(`${id} gives what its protocol does not pay out after ${sent} sent`)
        }
      }
    }
  }

  if (!mustReach) return [...new Set(problems)]
  return [...new Set(problems), ...targetProblems(book, parameters, moment(steps.length, everything, true))]
}

/** Positions that miss a target, in the view's prices or in a scenario. */
export function targetProblems(
  book: Book,
  parameters: PlanMovesParameters,
  at: (member: Member) => KnownLegs,
): readonly string[] {
  return [...book.values()].flatMap((member) => {
    const { id } = member.position
    return [undefined, ...(parameters.scenarios ?? [])].flatMap((scenario) => {
      const target = targetOf(parameters, id, scenario)
      const reached = healthOf(member, at(member), scenario)
      return isAtLeast(reached, target)
        ? []
        : [`${id} at ${shown(reached)} misses its target ${target} in ${scenario?.name ?? 'the view'}`]
    })
  })
}

/** The legs of a position when so many steps were sent: local ones are done, of the others those that arrived. */
function legsAt(
  member: Member,
  parameters: PlanMovesParameters,
  steps: readonly PlanStep[],
  moment: { readonly upTo: number; readonly arrived: (index: number) => boolean; readonly pending: boolean },
): KnownLegs {
  const { id } = member.position
  let legs = moment.pending ? withPending(member, parameters) : member.legs
  steps.slice(0, moment.upTo).forEach(({ candidate, amount, arrives }, index) => {
    const { donor, receiver, asset, received, route, purpose } = candidate
    if (donor === id) legs = debit(legs, asset.address, amount)
    const isThere = route === undefined || moment.arrived(index)
    if (receiver === id && isThere) legs = credit(member, legs, received.address, arrives, purpose)
  })
  return legs
}

/** Which of the steps may have arrived. */
function subsets(steps: readonly PlanStep[]): readonly ReadonlySet<number>[] {
  const across = steps.flatMap(({ candidate }, index) => (candidate.route === undefined ? [] : [index]))
  if (across.length <= MOST_FOR_SUBSETS) {
    return Array.from(
      { length: 2 ** across.length },
      (_, mask) => new Set(across.filter((_, bit) => (mask >> bit) % 2 === 1)),
    )
  }
  return [
    new Set<number>(),
    ...across.map((index) => new Set([index])),
    ...across.map((_, count) => new Set(across.slice(0, count + 1))),
  ]
}

function isEqual(one: KnownHealth, other: KnownHealth): boolean {
  if (one.status === 'no-debt' || other.status === 'no-debt') return one.status === other.status
  return one.factor === other.factor
}

export function shown(health: KnownHealth): string {
  return health.status === 'no-debt' ? 'no debt' : String(health.factor)
}
