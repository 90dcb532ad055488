import { address, bigint, byChain, integer, list, literal, numberOr, object, optional, text } from './Shape.ts'

const MAX_UINT32 = 2 ** 32 - 1

const chainId = integer(1)
const seconds = integer(0, MAX_UINT32)

/** The data in a configuration: it often comes from a file or a server. */
export const configSchema = object({
  routers: list(
    object({ chainId, eid: integer(1, MAX_UINT32), endpoint: address, router: address, wrappedNative: address }),
  ),
  routes: list(
    object({
      kind: literal('oft'),
      key: text(100),
      sharedDecimals: integer(0, 77),
      ends: list(object({ chainId, asset: address, oft: address }), 2),
    }),
  ),
  thresholds: object({ atRisk: bigint, watch: bigint }),
  maxBlockAge: optional(numberOr(seconds, byChain(seconds))),
  sequencers: list(object({ chainId, feed: address, grace: optional(seconds) })),
})
