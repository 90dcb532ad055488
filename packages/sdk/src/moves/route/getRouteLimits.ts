import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Block } from '../../model/Block.ts'
import type { Route } from '../../model/Route.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import { InvalidParameterError } from '../../risk/InvalidParameterError.ts'
import * as MulDiv from '../../units/MulDiv.ts'
import { WAD } from '../../units/Wad.ts'
import * as Ask from '../ask.ts'
import { ChainUnavailableError } from '../MoveErrors.ts'
import { UnknownRouterError } from '../PlanErrors.ts'
import { endsOf } from './endsOf.ts'
import * as RouteReads from './RouteReads.ts'

/** Beyond what any token has, and far below what a contract could overflow with. */
const MOST_AMOUNT = 2n ** 128n

export type GetRouteLimitsParameters = DeadlineOptions & {
  readonly route: Route
  /** Chain that the amount leaves. */
  readonly from: number
  /** Chain that it arrives on. */
  readonly to: number
  /** Base units at the source. A fee may be another share of another amount. */
  readonly amount: bigint
}

/** What a route would do with an amount now. Base units at the source, shares WAD. */
export type RouteLimits = {
  /** The least that is carried. */
  readonly least: bigint
  /** The most that is carried now: an OFT's rate limit, or the credit of a pool. */
  readonly most: bigint
  /** What would be debited: dust stays behind, and what is above {@link most}. */
  readonly sent: bigint
  /** What would be credited, in decimals of the source. It can be more than is sent where a pool pays for being filled. */
  readonly received: bigint
  /** Share of what is sent that the route keeps, rounded up; never below zero. Absent where nothing would be sent. */
  readonly fee?: bigint | undefined
  readonly block: Block
}

/**
 * Asks a route what it would do with an amount now: fees and limits of a pool of Stargate change with every transfer, and OFTs
 * may have rate limits. One `eth_call` to the source. What it gives can be spread into the terms of `routeOffers`.
 *
 * @throws InvalidParameterError, UnknownRouteEndError, UnknownRouterError for what was passed.
 * @throws CallRevertedError when the OFT refuses to say; ChainUnavailableError when the source does not answer.
 *
 * @example
 * import { getRouteLimits, type MarginClient, type Route, type RouteTerms } from '@unimargin/sdk'
 *
 * export async function termsOf(client: MarginClient, route: Route, amount: bigint): Promise<RouteTerms> {
 *   const { least, most, fee } = await getRouteLimits(client, { route, from: 42161, to: 8453, amount })
 *   return { least, most, fee, messaging: 5n * 10n ** 17n, seconds: 120n }
 * }
 */
export async function getRouteLimits(
  client: Pick<MarginContext, 'routers' | 'getClient'>,
  parameters: GetRouteLimitsParameters,
): Promise<RouteLimits> {
  const { route, from, to, amount } = parameters
  if (amount < 0n || amount > MOST_AMOUNT) {
    throw new InvalidParameterError({ parameter: 'amount', value: amount, least: 0n, most: MOST_AMOUNT })
  }
  const { source } = endsOf(route, { from, to })
  const remote = client.routers.find(({ chainId }) => chainId === to)
  if (remote === undefined) throw new UnknownRouterError(to)
  const chain: Ask.Chain = { chainId: from, client: client.getClient(from) }
  const reads = [
    RouteReads.terms(source.oft, remote.eid, amount),
    RouteReads.rateLimit(source.oft, remote.eid),
  ] as const
  const { block, results } = await Ask.snapshot(chain, reads, parameters)
  const [limit, , receipt] = Ask.answerOf(chain, 'quoteOFT', results[0])
  const allowed = Ask.answerOf(chain, 'getAmountCanBeSent', Ask.answerOf(chain, 'getAmountCanBeSent', results[1]))
  const { amountSentLD: sent, amountReceivedLD: received } = receipt
  if (sent > MOST_AMOUNT || received > MOST_AMOUNT) {
    throw new ChainUnavailableError(from, 'the node names an amount that cannot be')
  }
  return {
    least: limit.minAmountLD,
    most: allowed !== undefined && allowed < limit.maxAmountLD ? allowed : limit.maxAmountLD,
    sent,
    received,
    fee: sent === 0n ? undefined : received >= sent ? 0n : MulDiv.up(sent - received, WAD, sent),
    block,
  }
}
