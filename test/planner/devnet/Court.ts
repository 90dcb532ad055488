import type { HealthById, MarginView, PlanMovesParameters, ReadPosition } from '@unimargin/sdk'
import { chainHealth } from './chainHealth.ts'
import { lendingIn } from './lendingIn.ts'
import type { Account } from './openAccount.ts'
import * as PriceBook from './PriceBook.ts'
import type { Stage } from './Stage.ts'
import { slackOf } from './slackOf.ts'
import { factorOf, targetOf } from './wantedOf.ts'

/** How often chains were asked whether a floor was kept, a target met, and a health foreseen. */
export type Counts = {
  readonly steps: number
  readonly floors: number
  readonly targets: number
  readonly foreseen: number
}

/** Seconds that a plan has. */
export const HORIZON = 1_800n

/** Where an account's plan is judged: by its chains, which know nothing of plans. */
export type Court = {
  readonly stage: Stage
  readonly account: Account
  readonly parameters: PlanMovesParameters
  readonly ends: ReadonlyMap<number, bigint>
  readonly problems: string[]
  readonly counts: { -readonly [name in keyof Counts]: number }
}

/** Everybody who gave so far keeps its floor, says its chain. */
export async function keepFloors(court: Court, sent: readonly { readonly candidate: { readonly donor: string } }[]) {
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
export async function meetTargets(court: Court) {
  const { stage, account, parameters, problems, ends, counts } = court
  for (const scenario of [undefined, ...(parameters.scenarios ?? [])]) {
    if (scenario !== undefined) {
      await PriceBook.set(stage.devnet, PriceBook.inScenario(stage.devnet, account.prices, scenario))
    }
    for (const position of lendingIn(parameters)) {
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
export async function compare(
  { stage, parameters, problems, ends, counts }: Court,
  {
    foreseen,
    left,
    hasMore,
  }: {
    readonly foreseen: HealthById
    /** What chains show afterwards: says only how much may differ. */
    readonly left: MarginView
    readonly hasMore: boolean
  },
) {
  for (const position of lendingIn(parameters)) {
    const said = foreseen[position.id]
    const rest = left.positions.find(({ id }) => id === position.id)
    if (said === undefined) continue
    for (const time of [undefined, ends.get(position.market.chainId)]) {
      const health = await chainHealth(stage.chainOf(position.market.chainId), position, time)
      if (said.status === 'no-debt' || health === undefined) {
        if ((said.status === 'no-debt') !== (health === undefined)) problems.push(`${position.id} has a debt or none`)
        continue
      }
      counts.foreseen += 1
      const { interest, rounding, tooth } = slackOf(parameters, position, rest, HORIZON)
      const part = (share: bigint) => (said.factor * share) / 10n ** 18n + 1n
      if (health < said.factor - part(rounding)) {
        problems.push(`${position.id} is at ${health} on chain (${time ?? 'now'}), foreseen were ${said.factor}`)
      }
      if (!hasMore && health > said.factor + part(rounding + interest + tooth)) {
        problems.push(`${position.id} is at ${health} on chain (${time ?? 'now'}), foreseen were only ${said.factor}`)
      }
    }
  }
}

function positionOf({ view }: PlanMovesParameters, id: string): ReadPosition | undefined {
  const found = view.positions.find((position) => position.id === id)
  return found?.status === 'read' ? found : undefined
}
