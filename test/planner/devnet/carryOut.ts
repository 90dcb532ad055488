import type { DevnetAccount, DevnetChain, TokenSymbol } from '@unimargin/devnet'
import {
  executionOf,
  type Hex,
  type MarginClient,
  type MarginView,
  type PendingMove,
  type PlanStep,
  type StepCalls,
  serialize,
} from '@unimargin/sdk'
import { createWalletClient, http } from 'viem'
import type { Account } from './openAccount.ts'
import type { Stage } from './Stage.ts'
import { sendCalls } from './sendCalls.ts'
import { sendOft } from './sendOft.ts'

export type Carried = 'router' | 'route' | 'local'

/** What is on its way, and what is to be done with it. */
type Flying = { readonly guid: Hex; readonly arrival: StepCalls | undefined; readonly owner: DevnetAccount }

type Journey = {
  readonly stage: Stage
  readonly client: MarginClient
  readonly account: Account
  readonly steps: readonly PlanStep[]
  /** When the horizon ends on each chain, seconds since 1970. */
  readonly ends: ReadonlyMap<number, bigint>
  readonly pending: readonly PendingMove[]
  /** Called when a step was sent, and nothing has arrived that crosses chains. */
  readonly onSent: (index: number) => Promise<void>
}

/** Sends the steps of a plan in their order while nothing arrives, then lets everything arrive. */
export async function carryOut(journey: Journey): Promise<readonly Carried[]> {
  const { stage, client, account, steps } = journey
  const { messages } = stage.devnet
  const flying: Flying[] = []
  const carried: Carried[] = []
  await messages.hold()
  for (const [index, step] of steps.entries()) {
    const view = await client.getMarginView({ owners: account.owners.map(({ address }) => address) })
    const owner = ownerOf(account, view, step.candidate.donor)
    const terms = { horizon: remaining(journey, view), acceptFlags: ['single-source'] } as const
    const execution = executionOf(client, { view, step, ...terms })
    const { asset, received, route } = step.candidate
    const [from, to] = [stage.chainOf(asset.chainId), stage.chainOf(received.chainId)]
    if (execution.kind === 'move') {
      const plan = client.planMove(execution.parameters)
      if (plan.status !== 'plan') throw new RangeError(`step ${index}: no plan for the router: ${serialize(plan)}`)
      if (plan.amount !== step.amount) throw new RangeError(`step ${index}: ${plan.amount} of ${step.amount}`)
      const quote = await client.getMoveQuote({ plan, owner: owner.address })
      const { guid } = await client.sendMove({ quote, walletClient: walletOn(from, owner) })
      if (guid === undefined) throw new RangeError(`step ${index}: no GUID`)
      flying.push({ guid, arrival: undefined, owner })
      carried.push('router')
    } else {
      await sendCalls(from, owner, execution.source.calls)
      if (route === undefined) {
        await sendCalls(to, owner, execution.destination.calls)
        carried.push('local')
      } else {
        const guid = await sendOft(from, to, owner, { symbol: crossing(asset.symbol), amount: step.amount })
        flying.push({ guid, arrival: execution.destination, owner })
        carried.push('route')
      }
    }
    await journey.onSent(index)
  }
  await messages.release()
  for (const { guid, arrival, owner } of flying) {
    await messages.waitFor(guid, arrival === undefined ? 'composed' : 'delivered')
    if (arrival !== undefined) await sendCalls(stage.chainOf(arrival.chainId), owner, arrival.calls)
  }
  await receive(journey)
  return carried
}

/** Lets what is pending arrive: the tokens come from outside, and do what they were meant for. */
async function receive({ stage, client, account, pending }: Journey): Promise<void> {
  if (pending.length === 0) return
  const view = await client.getMarginView({ owners: account.owners.map(({ address }) => address) })
  for (const { receiver, asset, amount, purpose } of pending) {
    const position = view.positions.find(({ id }) => id === receiver)
    const state = view.markets.find(({ market }) => market.key === position?.market.key)
    const adapter = client.adapters.find(({ market }) => market.key === position?.market.key)
    if (position?.status !== 'read' || state === undefined || adapter?.lending === undefined) {
      throw new RangeError(`${receiver} cannot receive`)
    }
    const chain = stage.chainOf(position.market.chainId)
    const token = Object.values(chain.tokens).find(({ address }) => address.toLowerCase() === asset.toLowerCase())
    if (token === undefined) throw new RangeError(`no token ${asset}`)
    await stage.devnet.mint(token.symbol, position.owner, amount, chain.name)
    const call = adapter.lending.calls[purpose]({ state, position, owner: position.owner, asset, amount })
    await sendCalls(chain, ownerOf(account, view, receiver), [call])
  }
}

/** Seconds that are left of the horizon on the chain that has the fewest. */
function remaining({ ends }: Journey, { chains }: MarginView): bigint {
  return chains.reduce((least, chain) => {
    const end = ends.get(chain.chainId)
    if (chain.status !== 'read' || end === undefined) throw new RangeError(`chain ${chain.chainId} was not read`)
    const left = end - chain.block.timestamp
    if (left < least) return left
    return least
  }, 7n * 86_400n)
}

function ownerOf({ owners }: Account, view: MarginView, id: string): DevnetAccount {
  const position = view.positions.find((one) => one.id === id)
  const found = owners.find(({ address }) => address.toLowerCase() === position?.owner.toLowerCase())
  if (found === undefined) throw new RangeError(`nobody owns ${id}`)
  return found
}

function crossing(symbol: TokenSymbol | string): 'USDC' | 'WETH' {
  if (symbol === 'USDC' || symbol === 'WETH') return symbol
  throw new RangeError(`${symbol} does not cross chains`)
}

function walletOn({ chain, rpcUrl }: DevnetChain, { account }: DevnetAccount) {
  return createWalletClient({ account, chain, transport: http(rpcUrl) })
}
