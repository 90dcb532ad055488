import { type Chain, type Client, createClient, type Transport } from 'viem'
import type { MarginContext } from '../adapter/MarginContext.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import { UnknownChainError } from '../errors/UnknownChainError.ts'
import { deepFreeze } from '../model/deepFreeze.ts'
import { createMetadataCache } from '../reads/MetadataCache.ts'
import { createReadHistory } from '../reads/ReadHistory.ts'
import { guarded } from '../reads/transport/guarded.ts'
import { InvalidConfigError } from './ConfigErrors.ts'
import type { MarginClientConfig, ParsedConfig } from './MarginClientConfig.ts'
import { parseConfig } from './parseConfig.ts'
import { untilClosed } from './untilClosed.ts'

/** What the free functions need, and the end of it. */
export type ClosableContext = MarginContext & {
  /** Fires with `close`. */
  readonly closing: AbortSignal
  /**
   * Ends everything that goes by it, at once: requests are aborted, watches closed, and no timer, socket or listener
   * is left, so that a process with nothing else to do exits. Whoever awaits an action of a client gets a `ClientClosedError`,
   * and so does whoever asks later; what a free function asks fails as if no node were there. What a wallet has sent is on its
   * way all the same. Closing twice changes nothing.
   *
   * One thing is out of reach: Node's `fetch` goes on connecting to a host that does not even take connections, aborted or
   * not, and keeps the process for up to 10 seconds. A `fetch` of your own may end that: `guarded(http(url), { fetch })`.
   */
  readonly close: () => void
}

/**
 * A margin client without actions and events, for apps that use a few of the free functions: a bundler leaves the others out. One that
 * only looks pays a third of a client. Otherwise the same: nothing is sent, every request has a hard deadline, CCIP-Read is off.
 *
 * @throws what `createMarginClient` throws.
 *
 * @example
 * import { type Address, createMarginContext, getMarginView, type MarginClientConfig } from '@unimargin/sdk'
 *
 * export function dashboard(config: MarginClientConfig) {
 *   const context = createMarginContext(config)
 *   return { look: (owner: Address) => getMarginView(context, { owner }), close: context.close }
 * }
 */
export function createMarginContext<const chains extends readonly Chain[]>(
  config: MarginClientConfig<chains>,
): ClosableContext {
  const parsed = parseConfig(config)
  const { chains, adapters, routers, endpoints, routes, thresholds, transports } = parsed
  const { maxBlockAge, maxCalls, sequencers } = parsed
  const controller = new AbortController()
  const closing = controller.signal
  return Object.freeze({
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
    close: () => controller.abort(),
  })
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
