import { isAddress } from 'viem'
import * as z from 'zod/mini'

const MAX_UINT32 = 2 ** 32 - 1

const address = z.custom<`0x${string}`>((value) => typeof value === 'string' && isAddress(value), 'no address')
const chainId = z.int().check(z.positive())
const label = z.string().check(z.minLength(1), z.maxLength(100))

const endpointFields = {
  chainId,
  eid: z.int().check(z.positive(), z.maximum(MAX_UINT32)),
  endpoint: address,
  wrappedNative: address,
}

const routeFacts = {
  key: label,
  sharedDecimals: z.int().check(z.nonnegative(), z.maximum(77)),
  verifiers: z.optional(
    z.array(z.strictObject({ name: label, contracts: z.array(z.strictObject({ chainId, address })) })),
  ),
}
const end = { chainId, asset: address, oft: address }

const route = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('oft'),
    ...routeFacts,
    ends: z.array(z.strictObject(end)).check(z.minLength(2)),
  }),
  z.strictObject({
    kind: z.literal('stargate'),
    ...routeFacts,
    ends: z.array(z.strictObject({ ...end, messaging: address })).check(z.minLength(2)),
  }),
])

const health = z.bigint()
const seconds = z.int().check(z.nonnegative(), z.maximum(MAX_UINT32))

const sequencer = z.strictObject({ chainId, feed: address, grace: z.optional(seconds) })

/** The data in a configuration: it often comes from a file or a server. */
export const configSchema = z.object({
  routers: z.array(z.strictObject({ ...endpointFields, router: address })),
  endpoints: z.array(z.strictObject(endpointFields)),
  routes: z.array(route),
  thresholds: z.strictObject({ atRisk: health, watch: health }),
  maxBlockAge: z.optional(
    z.union(
      [seconds, z.record(z.string().check(z.regex(/^[1-9][0-9]*$/)), seconds)],
      'neither seconds nor seconds by chain id',
    ),
  ),
  maxCalls: z.optional(z.int().check(z.positive())),
  sequencers: z.array(sequencer),
})
