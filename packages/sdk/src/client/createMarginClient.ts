import { type Chain, type Client, createClient, type Transport } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import { UnknownChainError } from '../errors/UnknownChainError.ts'
import { deepFreeze } from '../model/deepFreeze.ts'
import { createMetadataCache } from '../reads/MetadataCache.ts'
import { createReadHistory } from '../reads/ReadHistory.ts'
import { guarded } from '../reads/transport/guarded.ts'
import { InvalidConfigError } from './ConfigErrors.ts'
import { type MarginActions, marginActions } from './marginActions.ts'
import { type MarginEventSource, marginEvents } from './marginEvents.ts'
import { type MarginClientConfig, type ParsedConfig, parseConfig } from './parseConfig.ts'
import { untilClosed } from './untilClosed.ts'

/** Knows the chains, how to reach them, the markets on them and the ways between them. Immutable, until it is closed. */
export type MarginClient = MarginContext &
  MarginActions &
  MarginEventSource & {
    /** Fires with `close`. */
    readonly closing: AbortSignal
    /**
     * Ends everything that the client does, at once: requests are aborted, watches closed, and no timer, socket or listener
     * is left, so that a process with nothing else to do exits. Whoever awaits an action gets a `ClientClosedError`, and so
     * does whoever asks later. What a wallet has sent is on its way all the same. Closing twice changes nothing.
     *
     * One thing is out of reach: Node's `fetch` goes on connecting to a host that does not even take connections, aborted or
     * not, and keeps the process for up to 10 seconds. A `fetch` of your own may end that: `guarded(http(url), { fetch })`.
     */
    readonly close: () => void
  }

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
  const parsed = parseConfig(config)
  const { chains, adapters, routers, endpoints, routes, thresholds, transports } = parsed
  const { maxBlockAge, maxCalls, sequencers } = parsed
  const controller = new AbortController()
  const closing = controller.signal
  const context = Object.freeze({
    chains: Object.freeze(chains),
    adapters: Object.freeze(adapters),
    // What was parsed is a copy already.
    routers: deepFreeze(routers),
    endpoints: deepFreeze(endpoints),
    routes: deepFreeze(routes),
    thresholds: Object.freeze(thresholds),
    getClient: clientsOf({ chains, transports, closing }),
    metadata: createMetadataCache(),
    history: createReadHistory(),
    maxBlockAge: typeof maxBlockAge === 'object' ? Object.freeze(maxBlockAge) : maxBlockAge,
    maxCalls,
    sequencers: deepFreeze(sequencers),
    closing,
  }) satisfies MarginContext
  const actions = marginEvents(marginActions(context), closing)
  return Object.freeze({ ...context, ...actions, close: () => controller.abort() })
}

function clientsOf({
  chains,
  transports,
  closing,
}: Pick<ParsedConfig, 'chains' | 'transports'> & { readonly closing: AbortSignal }): MarginContext['getClient'] {
  const clients = new Map<number, Client>()
  return (chainId) => {
    const known = clients.get(chainId)
    if (known !== undefined) return known
    const chain = chains.find(({ id }) => id === chainId)
    const transport = transports.get(chainId)
    if (chain === undefined || transport === undefined) {
      throw new UnknownChainError({ chainId, configured: chains.map(({ id }) => id) })
    }
    const client = createReader(chain, untilClosed(guarded(transport), closing))
    clients.set(chainId, client)
    return client
  }
}

function createReader(chain: Chain, transport: Transport): Client {
  try {
    return createClient({
      chain,
      transport,
      // A node could name any URL to be fetched.
      ccipRead: false,
      // viem takes `pending` for chains with preconfirmations: a block that may never be.
      experimental_blockTag: 'latest',
    })
  } catch (error) {
    // E.g. `http()` for a chain without a public URL.
    throw new InvalidConfigError({ path: `transports[${chain.id}]`, problem: reasonOf(error) })
  }
}
