import type { Chain } from 'viem'
import { type ClosableContext, createMarginContext } from './createMarginContext.ts'
import type { MarginClientConfig } from './MarginClientConfig.ts'
import { type MarginActions, marginActions } from './marginActions.ts'
import { type MarginEventSource, marginEvents } from './marginEvents.ts'

/** Knows the chains, how to reach them, the markets on them and the ways between them. Immutable, until it is closed. */
export type MarginClient = ClosableContext & MarginActions & MarginEventSource

/**
 * Creates a margin client. Nothing is sent: a chain's viem client is made when it is first needed, and reads only. Every
 * request has a hard deadline, CCIP-Read is off, and blocks are named by number or as `latest`.
 *
 * @throws UnknownChainError when an adapter or a router is on a chain that is not among `chains`.
 * @throws MissingTransportError when a chain has no transport.
 * @throws DuplicateMarketError when two adapters are for one market.
 * @throws InvalidThresholdsError unless 1 ≤ `atRisk` ≤ `watch`.
 * @throws InvalidConfigError when routers, routes or thresholds do not have the expected form, or something is there twice.
 *
 * @example
 * import { createMarginClient, type ProtocolAdapter } from '@unimargin/sdk'
 * import { http } from 'viem'
 * import { arbitrum, base } from 'viem/chains'
 *
 * export function createClientFor(adapters: readonly ProtocolAdapter[]) {
 *   return createMarginClient({
 *     chains: [arbitrum, base],
 *     transports: { [arbitrum.id]: http(), [base.id]: http() },
 *     adapters,
 *   })
 * }
 */
export function createMarginClient<const chains extends readonly Chain[]>(
  config: MarginClientConfig<chains>,
): MarginClient {
  const context = createMarginContext(config)
  return Object.freeze({ ...context, ...marginEvents(marginActions(context), context.closing) })
}
