import type { PlanMovesParameters, PlanStep } from '@unimargin/sdk'
import * as Random from '../../differential/Random.ts'
import { judge, type Planner } from '../judge.ts'
import { isRefuted } from '../refute.ts'
import * as Court from './Court.ts'
import { carryOut } from './carryOut.ts'
import { isLostOnChain } from './isLostOnChain.ts'
import { kindsOf } from './kindsOf.ts'
import { openAccount } from './openAccount.ts'
import type { Stage } from './Stage.ts'
import { wishesFor } from './wishesFor.ts'

/** What became of one account. */
export type Played = {
  readonly round: number
  /** What should not be. */
  readonly problems: readonly string[]
  /** What was met, each once. */
  readonly kinds: readonly string[]
  readonly counts: Court.Counts
}

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
    const court: Court.Court = {
      stage,
      account,
      parameters,
      ends: new Map(
        view.chains.map((chain) => [
          chain.chainId,
          (chain.status === 'read' ? chain.block.timestamp : 0n) + Court.HORIZON,
        ]),
      ),
      problems,
      counts,
    }
    const plan = result.status === 'unsavable' ? result.partial : result.status === 'plan' ? result : undefined
    if (result.status === 'unsavable') {
      const isLost = await isLostOnChain(stage, client, account, parameters, result)
      const witnesses = [
        ...(isLost ? ['the chain'] : []),
        ...(shown === 'none' ? ['search'] : []),
        ...(isRefuted(client, parameters) ? ['weights'] : []),
      ]
      for (const witness of witnesses) kinds.add(`confirmed by ${witness}`)
      if (witnesses.length === 0) problems.push('unsavable, and nobody confirms it')
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
        onSent: (index) => Court.keepFloors(court, steps.slice(0, index + 1)),
      })
      for (const way of carried) kinds.add(`carried: ${way}`)
      counts.steps = steps.length
    }
    if (result.status !== 'unsavable') await Court.meetTargets(court)
    const foreseen = result.status === 'already-safe' ? result.health : plan?.health.after
    if (foreseen !== undefined && (result.status !== 'unsavable' || steps.length > 0)) {
      const left = await client.getMarginView({ owners: view.owners })
      await Court.compare(court, { foreseen, left, hasMore: bringsMore(parameters, steps) })
    }
    return { round, problems, kinds: [...kinds], counts }
  } finally {
    client.close()
    await stage.devnet.messages.release()
  }
}

/** Whether a route keeps less than was counted with: the devnet's own take nothing. */
function bringsMore({ routes }: PlanMovesParameters, steps: readonly PlanStep[]): boolean {
  return steps.some(({ candidate: { route, asset, received } }) => {
    const { fee = 0n, slippage = 0n } =
      routes.find(
        ({ key, source, destination }) =>
          key === route && source.chainId === asset.chainId && destination.chainId === received.chainId,
      ) ?? {}
    return fee > 0n || slippage > 0n
  })
}
