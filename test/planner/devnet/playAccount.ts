import type { MarginPlanResult, PlanMovesParameters, ReadPosition } from '@unimargin/sdk'
import * as Random from '../../differential/Random.ts'
import { judge, type Planner } from '../judge.ts'
import { carryOut } from './carryOut.ts'
import { chainHealth } from './chainHealth.ts'
import { isLostOnChain } from './isLostOnChain.ts'
import { type Account, openAccount } from './openAccount.ts'
import * as PriceBook from './PriceBook.ts'
import type { Stage } from './Stage.ts'
import { slackOf } from './slackOf.ts'
import { factorOf, targetOf } from './wantedOf.ts'
import { wishesFor } from './wishesFor.ts'

/** What became of one account. */
export type Played = {
  readonly round: number
  /** What should not be. */
  readonly problems: readonly string[]
  /** What was met, each once. */
  readonly kinds: readonly string[]
  readonly counts: Counts
}

/** How often chains were asked whether a floor was kept, a target met, and a health foreseen. */
export type Counts = {
  readonly steps: number
  readonly floors: number
  readonly targets: number
  readonly foreseen: number
}

const HORIZON = 1_800n

/** Opens an account, plans for it, and lets the chains say whether the plan is true. */
export async function playAccount(
  stage: Stage,
  { seed, round, planner }: { readonly seed: string; readonly round: number; readonly planner: Planner },
): Promise<Played> {
  const random = Random.create(`${seed}/devnet/${round}`)
  const account = await openAccount(stage, random)
  const client = stage.connect()
  try {
    const view = await client.getMarginView({ owners: account.owners.map(({ address }) => address) })
    const parameters = wishesFor(client, view, random)
    // The checker and the exhaustive search, which know nothing of chains, have their say as well.
    const { result, problems: judged, shown } = judge({ context: client, parameters }, planner)
    const problems = [...judged]
    const kinds = new Set<string>([`owners: ${account.owners.length}`, `search: ${result?.status} ${shown}`])
    const counts = { steps: 0, floors: 0, targets: 0, foreseen: 0 }
    if (result === undefined) return { round, problems, kinds: [...kinds], counts }
    for (const kind of kindsOf(parameters, result)) kinds.add(kind)
    const court: Court = {
      stage,
      account,
      parameters,
      ends: new Map(
        view.chains.map((chain) => [chain.chainId, (chain.status === 'read' ? chain.block.timestamp : 0n) + HORIZON]),
      ),
      problems,
      counts,
    }
    const plan = result.status === 'unsavable' ? result.partial : result.status === 'plan' ? result : undefined
    if (result.status === 'unsavable') {
      const isLost = await isLostOnChain(stage, client, account, parameters, result)
      if (isLost) kinds.add('confirmed by the chain')
      if (!isLost && shown !== 'none') problems.push('unsavable, and nobody confirms it')
      kinds.add(shown === 'none' ? 'confirmed by search' : 'not confirmed by search')
    }
    const steps = plan?.steps ?? []
    if (result.status !== 'unsavable' || steps.length > 0) {
      const carried = await carryOut({
        stage,
        client,
        account,
        steps,
        ends: court.ends,
        pending: parameters.pending ?? [],
        onSent: (index) => keepFloors(court, steps.slice(0, index + 1)),
      })
      for (const way of carried) kinds.add(`carried: ${way}`)
      counts.steps = steps.length
    }
    const hasMore = steps.some(({ candidate }) => {
      const offer = parameters.routes.find(
        ({ key, source, destination }) =>
          key === candidate.route &&
          source.chainId === candidate.asset.chainId &&
          destination.chainId === candidate.received.chainId,
      )
      return (offer?.fee ?? 0n) > 0n || (offer?.slippage ?? 0n) > 0n
    })
    if (result.status !== 'unsavable') await meetTargets(court)
    const foreseen = result.status === 'already-safe' ? result.health : plan?.health.after
    if (foreseen !== undefined && (result.status !== 'unsavable' || steps.length > 0)) {
      await compare(court, foreseen, hasMore)
    }
    return { round, problems, kinds: [...kinds], counts }
  } finally {
    client.close()
    await stage.devnet.messages.release()
  }
}

type Court = {
  readonly stage: Stage
  readonly account: Account
  readonly parameters: PlanMovesParameters
  readonly ends: ReadonlyMap<number, bigint>
  readonly problems: string[]
  readonly counts: { -readonly [name in keyof Counts]: number }
}

/** Everybody who gave so far keeps its floor, says its chain. */
async function keepFloors(court: Court, sent: readonly { readonly candidate: { readonly donor: string } }[]) {
  const { parameters, problems, stage, counts } = court
  for (const id of new Set(sent.map(({ candidate }) => candidate.donor))) {
    const position = positionOf(parameters, id)
    const floor = factorOf(parameters.floors ?? parameters.targets, id)
    if (position === undefined || position.market.holdsIdle === true || floor === undefined) continue
    const health = await chainHealth(stage.chainOf(position.market.chainId), position)
    counts.floors += 1
    if (health !== undefined && health < floor) {
      problems.push(`${id} is at ${health} on chain after step ${sent.length - 1}, below its floor ${floor}`)
    }
  }
}

/** Now and when the horizon ends, as prices are and in each scenario. */
async function meetTargets(court: Court) {
  const { stage, account, parameters, problems, ends, counts } = court
  for (const scenario of [undefined, ...(parameters.scenarios ?? [])]) {
    if (scenario !== undefined) {
      await PriceBook.set(stage.devnet, PriceBook.inScenario(stage.devnet, account.prices, scenario))
    }
    for (const position of lending(parameters)) {
      const target = targetOf(parameters, position.id, scenario)
      if (target === undefined) continue
      for (const time of [undefined, ends.get(position.market.chainId)]) {
        const health = await chainHealth(stage.chainOf(position.market.chainId), position, time)
        counts.targets += 1
        if (health !== undefined && health < target) {
          const when = time === undefined ? 'now' : 'at the horizon'
          problems.push(`${position.id} is at ${health} on chain ${when}, below ${target} (${scenario?.name ?? 'now'})`)
        }
      }
    }
    if (scenario !== undefined) await PriceBook.set(stage.devnet, account.prices)
  }
}

/** What was foreseen is what the chain says, but for interest that does not run and for what is rounded away. */
async function compare(
  { stage, parameters, problems, ends, counts }: Court,
  foreseen: Extract<MarginPlanResult, { status: 'already-safe' }>['health'],
  hasMore: boolean,
) {
  for (const position of lending(parameters)) {
    const said = foreseen[position.id]
    if (said === undefined) continue
    for (const time of [undefined, ends.get(position.market.chainId)]) {
      const health = await chainHealth(stage.chainOf(position.market.chainId), position, time)
      if (said.status === 'no-debt' || health === undefined) {
        if ((said.status === 'no-debt') !== (health === undefined)) problems.push(`${position.id} has a debt or none`)
        continue
      }
      counts.foreseen += 1
      const { interest, rounding } = slackOf(parameters, position, HORIZON)
      const part = (share: bigint) => (said.factor * share) / 10n ** 18n + 1n
      if (health < said.factor - part(rounding)) {
        problems.push(`${position.id} is at ${health} on chain (${time ?? 'now'}), foreseen were ${said.factor}`)
      }
      if (!hasMore && health > said.factor + part(rounding + interest)) {
        problems.push(`${position.id} is at ${health} on chain (${time ?? 'now'}), foreseen were only ${said.factor}`)
      }
    }
  }
}

function lending({ view }: PlanMovesParameters): readonly ReadPosition[] {
  return view.positions.flatMap((position) =>
    position.status === 'read' && position.market.holdsIdle !== true ? [position] : [],
  )
}

function positionOf({ view }: PlanMovesParameters, id: string): ReadPosition | undefined {
  const found = view.positions.find((position) => position.id === id)
  return found?.status === 'read' ? found : undefined
}

/** What a run has to have met to be worth something. */
function kindsOf(parameters: PlanMovesParameters, result: MarginPlanResult): readonly string[] {
  const { routes, scenarios = [], pending = [], floors, donors } = parameters
  const plan = result.status === 'unsavable' ? result.partial : result.status === 'plan' ? result : undefined
  const binding = result.status === 'already-safe' ? [] : result.binding
  const rejected = result.status === 'already-safe' ? [] : result.rejected
  return [
    result.status,
    `lending: ${lending(parameters).filter(({ collateral }) => collateral.length > 0).length}`,
    ...(scenarios.length > 0 ? [`scenarios: ${result.status}`] : []),
    ...(pending.length > 0 ? [`pending: ${result.status}`] : []),
    ...(floors !== undefined ? ['own floors'] : []),
    ...(donors !== undefined ? ['donors named'] : []),
    ...(routes.some(({ most }) => most === 0n) ? ['a route closed'] : []),
    ...(plan === undefined ? [] : [plan.optimality.status]),
    ...(result.status === 'unsavable' && plan !== undefined ? [`partial: ${plan.steps.length > 0}`] : []),
    ...(result.status === 'unsavable' ? [`shortfalls: ${result.shortfalls.length > 0}`] : []),
    ...(plan?.steps ?? []).flatMap(({ candidate: { donor, purpose, route } }) => [
      `${purpose} ${route === undefined ? 'here' : 'across'}`,
      `from: ${donor.split(':')[0]}`,
    ]),
    ...(plan === undefined ? [] : [`steps: ${plan.steps.length}`]),
    ...binding.map(({ kind }) => `${result.status} binding: ${kind}`),
    ...rejected.map(({ reason }) => `rejected: ${reason.kind}`),
  ]
}
