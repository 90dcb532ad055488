import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { aaveV3Liquidation } from '@unimargin/adapters/aave-v3/liquidation'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import type { ChainName, Devnet } from '@unimargin/devnet'
import {
  createMarginClient,
  executionOf,
  explainPlan,
  type MarginClient,
  type MarginPlanResult,
  type MarginView,
  type MoveHandle,
  type MoveQuote,
  type MoveStatus,
  planMoves,
} from '@unimargin/sdk'
import { createWalletClient, http } from 'viem'
import { type Comparison, compareWithPlan } from './compareWithPlan.ts'
import { type Danger, dangerOf } from './dangerOf.ts'
import { followMove } from './followMove.ts'
import { openPositions } from './openPositions.ts'
import type { Choice } from './tellChoice.ts'
import { wishesFor } from './wishesFor.ts'

/** What the demo tells, in this order. Steps of the plan are told by their number, from 1. */
export type Teller = {
  readonly before: (view: MarginView) => void
  readonly shocked: (view: MarginView, shock: { readonly from: string; readonly to: string }) => void
  readonly danger: (danger: Danger) => void
  readonly chosen: (choice: Choice) => void
  readonly quoted: (step: number, quote: MoveQuote) => void
  readonly sent: (step: number, handle: MoveHandle) => void
  readonly state: (step: number, status: MoveStatus) => void
  readonly inFlight: (view: MarginView) => void
  /** `again`: what the same wishes find afterwards. */
  readonly after: (view: MarginView, comparison: Comparison, again: MarginPlanResult) => void
}

const PRICE_BEFORE = '2500'
const PRICE_AFTER = '1950'
/** Staked ether falls with ether: 1.18 of it both times. */
const STAKED_BEFORE = '2950'
const STAKED_AFTER = '2301'

/** One owner, five positions in two protocols, one shock, one rescue by two donors. Everything shown is read from the chains. */
export async function story(devnet: Devnet, tell: Teller): Promise<void> {
  const [owner] = devnet.accounts
  if (owner === undefined) throw new RangeError('the devnet has no accounts')
  const client = clientOf(devnet)
  const look = () => client.getMarginView({ owner: owner.address })

  await devnet.setPrice('WETH', PRICE_BEFORE)
  await devnet.setPrice('wstETH', STAKED_BEFORE)
  await openPositions(devnet, owner.address)
  tell.before(await look())

  await devnet.setPrice('WETH', PRICE_AFTER)
  await devnet.setPrice('wstETH', STAKED_AFTER)
  const shocked = await look()
  tell.shocked(shocked, { from: PRICE_BEFORE, to: PRICE_AFTER })
  const danger = dangerOf(client, shocked)
  tell.danger(danger)

  const wishes = await wishesFor(client, devnet, shocked)
  const plan = planMoves(client, wishes)
  if (plan.status !== 'plan') throw new RangeError(`no plan: ${plan.status}`)
  tell.chosen({
    view: shocked,
    wishes,
    danger,
    plan,
    explanation: explainPlan(client, wishes, plan),
    alone: [...new Set(plan.steps.map(({ candidate }) => candidate.donor))].map((donor) => ({
      donor,
      result: planMoves(client, { ...wishes, donors: [donor] }),
    })),
  })

  // Messages wait at each step, so that every state can be seen. Left alone they take a moment.
  await devnet.messages.hold()
  const underWay: MoveStatus['move'][] = []
  for (const [index, step] of plan.steps.entries()) {
    // Never by what was read a while ago: the router holds the move to the donor's floor, and so does this.
    // Each local chain has one node, which is believed by name. A wallet has `quorum` ask nodes of several operators.
    const execution = executionOf(client, { view: await look(), step, acceptFlags: ['single-source'] })
    if (execution.kind !== 'move') throw new RangeError('the router cannot carry this step')
    const move = client.planMove(execution.parameters)
    if (move.status !== 'plan') throw new RangeError(`no move: ${move.status}`)
    const quote = await client.getMoveQuote({ plan: move, owner: owner.address })
    tell.quoted(index + 1, quote)
    const { chain, rpcUrl } = chainOf(devnet, step.candidate.asset.chainId)
    const walletClient = createWalletClient({ account: owner.account, chain, transport: http(rpcUrl) })
    const handle = await client.sendMove({ quote, walletClient, approval: 'permit' })
    tell.sent(index + 1, handle)
    const onState = (status: MoveStatus) => tell.state(index + 1, status)
    underWay.push((await followMove(client, { move: handle, until: 'sent', onState })).move)
  }
  tell.inFlight(await look())
  for (const [index, move] of underWay.entries()) {
    const onState = async (status: MoveStatus): Promise<void> => {
      const { guid } = status.move
      if (status.state !== 'submitted' && status.state !== 'sent') tell.state(index + 1, status)
      if (guid === undefined) return
      if (status.state === 'sent') await devnet.messages.verify(guid)
      if (status.state === 'verified') await devnet.messages.deliver(guid)
      if (status.state === 'compose-queued') await devnet.messages.compose(guid)
    }
    await followMove(client, { move, until: 'credited', onState })
  }
  const after = await look()
  tell.after(after, compareWithPlan(after, plan), planMoves(client, { ...wishes, view: after }))
}

function clientOf(devnet: Devnet): MarginClient {
  const aave = (chain: ChainName) => aaveV3({ ...devnet.marketOf(chain), liquidation: aaveV3Liquidation })
  return createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
    // Each market liquidates alone, so each is an adapter of its own, whatever the protocol.
    adapters: [
      aave('arbitrum'),
      aave('base'),
      morphoBlue(devnet.morphoMarketOf('base', 'wstETH/WETH')),
      aave('optimism'),
      morphoBlue(devnet.morphoMarketOf('optimism', 'WETH/USDC')),
    ],
    routers: devnet.routers,
    routes: devnet.routes,
  })
}

function chainOf({ chains }: Devnet, chainId: number): Devnet['chains'][number] {
  const chain = chains.find((candidate) => candidate.chainId === chainId)
  if (chain === undefined) throw new RangeError(`no chain ${chainId}`)
  return chain
}
