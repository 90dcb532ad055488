import type { PlanMovesParameters, PlanStep, Recheck } from '@unimargin/sdk'
import { type Book, isSame, type Member, reserveOf } from './Book.ts'
import { offerOf } from './checkStep.ts'

/** What is wrong with the steps together: balances, liquidity, caps, debts and routes that they share; and their rechecks. */
export function checkLimits(
  book: Book,
  parameters: PlanMovesParameters,
  steps: readonly PlanStep[],
): readonly string[] {
  const rooms = createRooms(book, parameters)
  const ids = steps.map(({ candidate }) => JSON.stringify(identityOf(candidate)))
  const problems: string[] = new Set(ids).size === ids.length ? [] : ['a candidate is used twice']
  const firstAcross = steps.findIndex(({ candidate }) => candidate.route !== undefined)
  steps.forEach((step, index) => {
    const { candidate, amount, arrives } = step
    const { donor, receiver, asset, received, purpose, route } = candidate
    if (route === undefined && firstAcross !== -1 && index > firstAcross)
      problems.push(`step ${index} waits behind routes`)
    const before = {
      held: rooms.held(donor, asset.address),
      liquidity: rooms.liquidity(donor, asset.address),
      room: purpose === 'supply' ? rooms.room(receiver, received.address) : undefined,
      owed: purpose === 'repay' ? rooms.owed(receiver, received.address) : undefined,
      route: route === undefined ? undefined : rooms.route(step),
    }
    const needs = { held: amount, liquidity: amount, room: arrives, owed: arrives, route: amount }
    for (const kind of ['held', 'liquidity', 'room', 'owed', 'route'] as const) {
      const left = before[kind]
      if (left !== undefined && needs[kind] > left)
        problems.push(`step ${index} needs ${needs[kind]} of ${kind}, ${left} left`)
    }
    problems.push(...recheckProblems(step, index, before))
    rooms.take(step)
  })
  return problems
}

type Left = Readonly<Record<'held' | 'liquidity' | 'room' | 'owed' | 'route', bigint | undefined>>

function identityOf({ donor, receiver, asset, received, route, purpose }: PlanStep['candidate']) {
  return [donor, receiver, asset.address.toLowerCase(), received.address.toLowerCase(), route ?? '', purpose]
}

/** A recheck must be true when the plan is made, and must be asked of whatever the step relies on. */
function recheckProblems(step: PlanStep, index: number, left: Left): readonly string[] {
  const { recheck, sent, candidate, amount, arrives } = step
  const problems: string[] = []
  const least = (kind: Recheck['kind'], needed: bigint, available: bigint | undefined) => {
    const said = recheck.find((one) => one.kind === kind)
    if (said === undefined) return void problems.push(`step ${index} does not ask for ${kind} again`)
    if (!('atLeast' in said)) return
    if (said.atLeast < needed) problems.push(`step ${index} asks for ${kind} of ${said.atLeast} and needs ${needed}`)
    if (available !== undefined && said.atLeast > available) {
      problems.push(`step ${index} asks for ${kind} of ${said.atLeast}, there is ${available}`)
    }
  }
  const health = sent[candidate.donor]
  if (health?.status === 'known') least('donor-health', 0n, health.factor)
  least('available', amount, lesser(left.held, left.liquidity))
  if (candidate.purpose === 'supply' && left.room !== undefined) least('room', arrives, left.room)
  if (candidate.purpose === 'repay') least('owed', arrives, left.owed)
  if (candidate.route !== undefined && left.route !== undefined) least('route', amount, left.route)
  for (const one of recheck) {
    if (one.kind === 'step' && (one.index < 0 || one.index >= index))
      problems.push(`step ${index} waits for ${one.index}`)
  }
  return problems
}

function lesser(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one < other ? one : other
}

/** What is left of everything that is limited. `undefined`: as much as one likes. */
function createRooms(book: Book, parameters: PlanMovesParameters) {
  const taken = new Map<string, bigint>()
  const key = (...parts: readonly string[]) => parts.join('|').toLowerCase()
  const add = (at: string, amount: bigint) => taken.set(at, (taken.get(at) ?? 0n) + amount)
  const less = (all: bigint | undefined, at: string) => (all === undefined ? undefined : all - (taken.get(at) ?? 0n))
  const marketOf = (id: string) => book.get(id)?.position.market.key ?? id
  for (const { receiver, asset, amount, purpose } of parameters.pending ?? []) {
    add(purpose === 'supply' ? key('room', marketOf(receiver), asset) : key('owed', receiver, asset), amount)
  }
  return {
    held: (id: string, asset: string) => less(heldBy(book.get(id), asset), key('held', id, asset)),
    liquidity: (id: string, asset: string) => {
      const member = book.get(id)
      if (member === undefined || member.position.market.holdsIdle === true) return undefined
      return less(known(reserveOf(member.state, asset)?.availableLiquidity), key('liquidity', marketOf(id), asset))
    },
    room: (id: string, asset: string) => {
      const member = book.get(id)
      const room = member && reserveOf(member.state, asset)?.supplyRoom
      return room === undefined ? undefined : less(known(room), key('room', marketOf(id), asset))
    },
    owed: (id: string, asset: string) => {
      const leg = book.get(id)?.held.debt.find((debt) => isSame(debt.asset.address, asset))
      return less(leg?.amount ?? 0n, key('owed', id, asset))
    },
    route: (step: PlanStep) => less(offerOf(parameters, step)?.most, routeKey(step)),
    take: (step: PlanStep) => {
      const { candidate, amount, arrives } = step
      const { donor, receiver, asset, received, purpose } = candidate
      add(key('held', donor, asset.address), amount)
      add(key('liquidity', marketOf(donor), asset.address), amount)
      if (purpose === 'supply') add(key('room', marketOf(receiver), received.address), arrives)
      else add(key('owed', receiver, received.address), arrives)
      add(routeKey(step), amount)
    },
  }
}

function routeKey({ candidate: { route, asset, received } }: PlanStep): string {
  return `route|${route}|${asset.chainId}|${asset.address}|${received.chainId}|${received.address}`.toLowerCase()
}

function heldBy(member: Member | undefined, asset: string): bigint {
  return member?.held.collateral.find((leg) => isSame(leg.asset.address, asset))?.amount ?? 0n
}

/** What nobody knows is not there. */
function known(quantity: unknown): bigint {
  return typeof quantity === 'bigint' ? quantity : 0n
}
