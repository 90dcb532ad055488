import type { Transport } from 'viem'
import { UnknownChainError } from '../errors/UnknownChainError.ts'
import { WAD } from '../units/Wad.ts'
import {
  DuplicateMarketError,
  InvalidConfigError,
  InvalidThresholdsError,
  MissingTransportError,
} from './ConfigErrors.ts'
import type { MarginClientConfig, ParsedConfig } from './MarginClientConfig.ts'
import { toConfigData } from './toConfigData.ts'

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

  const { routers, endpoints, routes, thresholds, maxBlockAge, maxCalls, sequencers } = toConfigData(config)
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
  // Messages are told apart by these: where a chain has a router as well, that one counts.
  const others = endpoints.filter(({ chainId }) => routers.every((router) => router.chainId !== chainId))
  assertDistinct(
    'endpoints',
    [...routers, ...others].map(({ eid }) => eid),
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

function assertDistinct(path: string, values: readonly (string | number)[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index)
  if (repeated !== undefined) throw new InvalidConfigError({ path, problem: `${repeated} is there twice` })
}
