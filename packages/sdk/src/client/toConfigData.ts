import type { Thresholds } from '../model/Health.ts'
import type { EndpointDeployment, Route, RouterDeployment } from '../model/Route.ts'
import type { SequencerFeed } from '../model/SequencerFeed.ts'
import { DEFAULT_THRESHOLDS } from '../risk/Verdict.ts'
import type { MarginClientConfig, ParsedConfig } from './MarginClientConfig.ts'
import * as Shape from './Shape.ts'

const MAX_UINT32 = 2 ** 32 - 1

const { address, label } = Shape
const chainId = Shape.int(1)
const seconds = Shape.int(0, MAX_UINT32)

const endpointFields = { chainId, eid: Shape.int(1, MAX_UINT32), endpoint: address, wrappedNative: address }
const endpoint: Shape.Shape<EndpointDeployment> = Shape.record(endpointFields)
const router: Shape.Shape<RouterDeployment> = Shape.record({ ...endpointFields, router: address })

const contract = Shape.record({ chainId, address })
const routeFacts = {
  key: label,
  sharedDecimals: Shape.int(0, 77),
  verifiers: Shape.optional(Shape.list(Shape.record({ name: label, contracts: Shape.list(contract) }))),
}
const end = { chainId, asset: address, oft: address }
const route = Shape.either<Route>({
  oft: Shape.record({ kind: Shape.literal('oft'), ...routeFacts, ends: Shape.list(Shape.record(end), 2) }),
  stargate: Shape.record({
    kind: Shape.literal('stargate'),
    ...routeFacts,
    ends: Shape.list(Shape.record({ ...end, messaging: address }), 2),
  }),
})

const levels: Shape.Shape<Thresholds> = Shape.record({ atRisk: Shape.bigint, watch: Shape.bigint })
const sequencer: Shape.Shape<SequencerFeed> = Shape.record({ chainId, feed: address, grace: Shape.optional(seconds) })
const byChain = Shape.byChain(seconds)

type ConfigData = Omit<ParsedConfig, 'chains' | 'transports' | 'adapters'>

/** The data in a configuration, which often comes from a file or a server: a copy of it, where it is what it should be. */
export function toConfigData(config: MarginClientConfig): ConfigData {
  const { routers = [], endpoints = [], routes = [], sequencers = [] } = config
  const { thresholds = DEFAULT_THRESHOLDS, maxBlockAge, maxCalls } = config
  const age: Shape.Shape<ParsedConfig['maxBlockAge']> = typeof maxBlockAge === 'object' ? byChain : seconds
  return {
    routers: Shape.list(router)(routers, 'routers'),
    endpoints: Shape.list(endpoint)(endpoints, 'endpoints'),
    routes: Shape.list(route)(routes, 'routes'),
    thresholds: levels(thresholds, 'thresholds'),
    maxBlockAge: Shape.optional(age)(maxBlockAge, 'maxBlockAge'),
    maxCalls: Shape.optional(Shape.int(1))(maxCalls, 'maxCalls'),
    sequencers: Shape.list(sequencer)(sequencers, 'sequencers'),
  }
}
