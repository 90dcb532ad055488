import {
  type MarginClient,
  type MoveHandle,
  type MoveQuote,
  type PreparedMove,
  positionId,
  serialize,
  type TrackedMove,
  Wad,
} from '@unimargin/sdk'
import { createWalletClient, type Hex } from 'viem'
import type { Scene } from './Stage.ts'
import { directTo, headsOf, trueView } from './truth.ts'

/** An id for a move; the same for the same seed. */
export function idOf(seed: number): Hex {
  return `0x${(seed + 1).toString(16).padStart(64, '0')}`
}

/** The quote of the move that all cases are about: one WETH from the source to the destination, as the chains have it. */
export async function trueQuote(scene: Scene, client: MarginClient = scene.direct): Promise<MoveQuote> {
  const { account, adapters, direct } = scene
  const view = await trueView(scene, account.address, await headsOf(scene))
  const [from, to] = adapters
  if (from === undefined || to === undefined) throw new TypeError('a scene has two markets')
  const ends = { donor: positionId(from.market, account.address), receiver: positionId(to.market, account.address) }
  const goal = { asset: 'WETH', amount: Wad.WAD, donorFloor: Wad.fromDecimal('1.2') }
  const plan = direct.planMove({ view, ...ends, ...goal, acceptFlags: ['single-source'] })
  if (plan.status !== 'plan') throw new TypeError(`no plan: ${serialize(plan)}`)
  return client.getMoveQuote({ plan, owner: account.address })
}

/** Sends the move past all nodes. */
export async function sendDirectly(scene: Scene): Promise<MoveHandle> {
  const { source, account, direct } = scene
  const walletClient = createWalletClient({
    account,
    chain: source.chain,
    transport: directTo(source.backend),
    pollingInterval: 20,
  })
  return direct.sendMove({ quote: await trueQuote(scene), walletClient, approval: 'approve' })
}

/** The call of the move without the approval that it needs: it reverts. */
export async function unapproved(
  scene: Scene,
): Promise<{ readonly call: Extract<PreparedMove, { approval: 'approve' }>['call']; readonly move: TrackedMove }> {
  const { account, direct } = scene
  const quote = await trueQuote(scene)
  const prepared = await direct.prepareMove({ quote, owner: account.address, approval: 'approve', id: idOf(7) })
  if (prepared.approval !== 'approve') throw new TypeError('the router may pull already')
  return { call: prepared.call, move: prepared.intent }
}
