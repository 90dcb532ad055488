import type { Chain, Transport } from 'viem'
import type { ProtocolAdapter } from '../adapter/ProtocolAdapter.ts'
import { UnknownChainError } from '../errors/UnknownChainError.ts'
import type { Thresholds } from '../model/Health.ts'
import type { EndpointDeployment, Route, RouterDeployment } from '../model/Route.ts'
import type { SequencerFeed } from '../model/SequencerFeed.ts'
import { DEFAULT_THRESHOLDS } from '../risk/Verdict.ts'
import { WAD } from '../units/Wad.ts'
import {
  DuplicateMarketError,
  InvalidConfigError,
  InvalidThresholdsError,
  MissingTransportError,
} from './ConfigErrors.ts'
import { configSchema } from './configSchema.ts'

/** What a margin client is made of. */
export type MarginClientConfig<chains extends readonly Chain[] = readonly Chain[]> = {
  readonly chains: chains
  /** How to reach each chain, by its id: viem's transports. */
  readonly transports: Readonly<Record<chains[number]['id'], Transport>>
  /** The markets to read. */
  readonly adapters: readonly ProtocolAdapter[]
  /** The collateral routers; without them nothing can be moved, and nothing in flight is seen. */
  readonly routers?: readonly RouterDeployment[] | undefined
  /** LayerZero on chains that have no router: enough for direct moves (`planDirectMove`). */
  readonly endpoints?: readonly EndpointDeployment[] | undefined
  /** The ways between chains. */
  readonly routes?: readonly Route[] | undefined
  /** Where verdicts begin. Defaults to health factors of 1.10 (`at-risk`) and 1.25 (`watch`). */
  readonly thresholds?: Thresholds | undefined
  /**
   * Seconds that the latest block of a chain may be old before it is flagged as `stale-head`: for all chains, or by chain id.
   * Defaults to 60 s and five block times of the chain.
   */
  readonly maxBlockAge?: number | Readonly<Record<number, number>> | undefined
  /**
   * Calls that travel in one `eth_call`, besides the few that prove chain and block. Defaults to 1,000: pass fewer where a node refuses that many, for their gas or their
   * size. Each further request costs one more round trip, at the same block.
   */
  readonly maxCalls?: number | undefined
  /** Where chains say whether their sequencers are up; read with everything else. */
  readonly sequencers?: readonly SequencerFeed[] | undefined
}

/** A configuration that holds together. */
export type ParsedConfig = {
  readonly chains: readonly Chain[]
  readonly transports: ReadonlyMap<number, Transport>
  readonly adapters: readonly ProtocolAdapter[]
  readonly routers: readonly RouterDeployment[]
  readonly endpoints: readonly EndpointDeployment[]
  readonly routes: readonly Route[]
  readonly thresholds: Thresholds
  readonly maxBlockAge: number | Readonly<Record<number, number>> | undefined
  readonly maxCalls: number | undefined
  readonly sequencers: readonly SequencerFeed[]
}

/**
 * Checks a configuration and copies it, so that a later change of what was passed changes nothing.
 *
 * @throws UnknownChainError, MissingTransportError, DuplicateMarketError, InvalidThresholdsError, InvalidConfigError
 */
export function parseConfig(config: MarginClientConfig): ParsedConfig {
  for (const path of ['chains', 'adapters'] as const) {
    if (!Array.isArray(config[path])) throw new InvalidConfigError({ path, problem: 'it is no list' })
  }
  const chains = [...config.chains]
  const configured = chains.map(({ id }) => id)
  if (chains.length === 0) throw new InvalidConfigError({ path: 'chains', problem: 'there is none' })
  assertDistinct('chains', configured)
  const transports = new Map(
    configured.map((id) => {
      const transport: unknown = Object.hasOwn(config.transports ?? {}, id) ? config.transports[id] : undefined
      if (typeof transport !== 'function') throw new MissingTransportError(id)
      return [id, transport as Transport]
    }),
  )

  const adapters = [...config.adapters]
  const markets = new Set<string>()
  for (const { market } of adapters) {
    if (!configured.includes(market.chainId)) {
      throw new UnknownChainError({ chainId: market.chainId, configured, neededBy: market.key })
    }
    if (markets.has(market.key)) throw new DuplicateMarketError(market.key)
    markets.add(market.key)
  }

  const { routers, endpoints, routes, thresholds, maxBlockAge, maxCalls, sequencers } = parseData(config)
  for (const [path, list] of Object.entries({ routers, endpoints, sequencers })) {
    const chainIds = list.map(({ chainId }) => chainId)
    for (const [index, chainId] of chainIds.entries()) {
      if (!configured.includes(chainId))
        throw new UnknownChainError({ chainId, configured, neededBy: `${path}[${index}]` })
    }
    assertDistinct(path, chainIds)
  }
  assertDistinct(
    'routers',
    routers.map(({ eid }) => eid),
  )
  assertDistinct(
    'routes',
    routes.map(({ key }) => key),
  )
  for (const [index, { ends }] of routes.entries()) {
    assertDistinct(
      `routes[${index}].ends`,
      ends.map(({ chainId }) => chainId),
    )
  }
  if (thresholds.atRisk < WAD || thresholds.watch < thresholds.atRisk) throw new InvalidThresholdsError(thresholds)
  return { chains, transports, adapters, routers, endpoints, routes, thresholds, maxBlockAge, maxCalls, sequencers }
}

function parseData(config: MarginClientConfig) {
  const { routers = [], endpoints = [], routes = [], sequencers = [] } = config
  const { thresholds = DEFAULT_THRESHOLDS, maxBlockAge, maxCalls } = config
  const parsed = configSchema.safeParse({ routers, endpoints, routes, thresholds, maxBlockAge, maxCalls, sequencers })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InvalidConfigError({
    path: (issue?.path ?? [])
      .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
      .join(''),
    problem: issue?.message ?? 'it does not have the expected form',
  })
}

function assertDistinct(path: string, values: readonly (string | number)[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index)
  if (repeated !== undefined) throw new InvalidConfigError({ path, problem: `${repeated} is there twice` })
}
