import type { Devnet } from '@unimargin/devnet'
import {
  type MarginClient,
  type MarginView,
  type MoveCosts,
  type MoveQuote,
  type PlanMovesParameters,
  routeOffers,
  shockOf,
  Wad,
} from '@unimargin/sdk'
import { etherOf } from './dangerOf.ts'

const MINUTE = 60n

/**
 * Bridges limit how much they carry. The local ones do not: this stands for what an app knows of real ones. Over the route for USDC
 * nothing goes at all.
 */
export const MOST_FROM_ARBITRUM = Wad.fromDecimal('0.60')

/** What the owner wants of a plan, by which ways, and at which costs. */
export async function wishesFor(client: MarginClient, devnet: Devnet, view: MarginView): Promise<PlanMovesParameters> {
  const arbitrum = devnet.chain('arbitrum').chainId
  // The story is that of Aave's three positions: nobody else is asked to give.
  const donors = view.positions.filter(({ market }) => market.protocol === 'aave-v3').map(({ id }) => id)
  const { costs, messaging } = await askCosts(client, view, donors)
  return {
    view,
    targets: Wad.fromDecimal('1.30'),
    floors: Wad.fromDecimal('1.50'),
    scenarios: [
      {
        ...shockOf({ name: 'ETH −15 %', assets: etherOf(view), factor: Wad.fromDecimal('0.85') }),
        targets: Wad.fromDecimal('1.15'),
      },
    ],
    donors,
    costs,
    routes: routeOffers(client, {
      view,
      terms: ({ route, source }) => {
        if (route.key === 'USDC OFT') return { messaging, seconds: 2n * MINUTE, most: 0n }
        if (source.chainId !== arbitrum) return { messaging, seconds: 2n * MINUTE }
        return { messaging, seconds: MINUTE, most: MOST_FROM_ARBITRUM }
      },
    }),
  }
}

/** Asks for what a small move would cost from each donor to the weakest; the dearest answer stands for all. */
async function askCosts(
  client: MarginClient,
  view: MarginView,
  donors: readonly string[],
): Promise<{ readonly costs: MoveCosts; readonly messaging: bigint }> {
  const receiver = view.weakest.weakestKnown?.position
  if (receiver === undefined) throw new RangeError('there is nobody to rescue')
  const sample = {
    view,
    asset: 'WETH',
    receiver,
    amount: Wad.fromDecimal('0.1'),
    donorFloor: Wad.WAD,
    acceptFlags: ['single-source'],
  } as const
  const quotes = await Promise.all(
    donors
      .filter((donor) => donor !== receiver)
      .map((donor) => {
        const plan = client.planMove({ ...sample, donor })
        if (plan.status !== 'plan') throw new RangeError(`no move: ${plan.status}`)
        return client.getMoveQuote({ plan, owner: plan.owner })
      }),
  )
  const dearest = (of: (costs: MoveQuote['costs']) => bigint): bigint => {
    const [most] = quotes.map(({ costs }) => of(costs)).sort((a, b) => (a > b ? -1 : 1))
    return most ?? 0n
  }
  const supply = dearest(({ destinationGas }) => destinationGas.value)
  // One transaction withdraws and sends, and the messaging fee pays for the supply: nothing is counted twice.
  const send = dearest(({ sourceGas }) => sourceGas.value - supply)
  const messaging = dearest(({ messagingFee, destinationGas }) => messagingFee.value - destinationGas.value)
  const chain = { withdraw: supply, send: send > 0n ? send : 0n, supply, repay: supply }
  return {
    costs: {
      chains: Object.fromEntries(client.chains.map(({ id }) => [id, chain])),
      // Among equals the faster way: 0.01 % of a value for each hour.
      waiting: Wad.fromDecimal('0.0001'),
    },
    messaging,
  }
}
