import type { MarginContext } from '../../adapter/MarginContext.ts'
import type { Block } from '../../model/Block.ts'
import type { ReadFailure, ReadResult } from '../../model/ReadResult.ts'
import type { Route, RouteEnd, RouterDeployment } from '../../model/Route.ts'
import { getSnapshot } from '../../reads/getSnapshot.ts'
import * as Read from '../../reads/Read.ts'
import { type DeadlineOptions, MAX_TIMEOUT } from '../../reads/withDeadline.ts'
import { UnknownRouterError } from '../PlanErrors.ts'
import { endsOf } from './endsOf.ts'
import { type ConfiguredEnd, judgeRoute } from './judgeRoute.ts'
import type { ReceivingSide, RouteGrade, RouteSide, SendingSide } from './RouteGrade.ts'
import * as RouteReads from './RouteReads.ts'

/** Seconds that what was read of an end may be used for: settings of routes change in days. */
const DEFAULT_MAX_AGE = 300

export type GradeRouteParameters = DeadlineOptions & {
  readonly route: Route
  /** Chain that the move leaves. */
  readonly from: number
  /** Chain that it arrives on. */
  readonly to: number
  /** Seconds that an earlier reading of this client may be old. Defaults to 0: it is read now. */
  readonly maxAge?: number | undefined
}

type Context = Pick<MarginContext, 'routers' | 'getClient' | 'metadata' | 'maxCalls'>

/**
 * Says how far a route can be trusted with a move, from what both of its ends say on chain: who verifies messages and how many
 * of them are needed, whether the app has set libraries and verifiers itself, whether both ends agree, and whether they are
 * those of the route at all. Each chain is read at one block, in three `eth_call`s: what a library knows is known only after the
 * library, and what a verifier says only after that.
 *
 * A chain that does not answer, and anything that could not be read, makes the grade `unknown`; nothing is thrown for it.
 * Who owns the app and who may change its settings is shown, and graded by nobody: that is for people to judge.
 *
 * @throws UnknownRouteEndError, UnknownRouterError for chains that the route or the client does not know.
 * @throws AbortedError when `signal` is aborted.
 *
 * @example
 * import { gradeRoute, type MarginClient } from '@unimargin/sdk'
 *
 * export async function whatIsWrong(client: MarginClient): Promise<readonly string[]> {
 *   const [route] = client.routes
 *   if (route === undefined) return []
 *   const { reasons } = await gradeRoute(client, { route, from: 42161, to: 8453 })
 *   return reasons.map(({ kind, side, wayOut }) => `${kind} at the ${side}: ${wayOut}`)
 * }
 */
export async function gradeRoute(client: Context, parameters: GradeRouteParameters): Promise<RouteGrade> {
  const { route, from, to } = parameters
  const ends = endsOf(route, { from, to })
  const source = configured(client, ends.source)
  const destination = configured(client, ends.destination)
  const sender = endpointOf(route, source, destination.deployment)
  const receiver = endpointOf(route, destination, source.deployment)
  const [sent, taken] = await Promise.all([
    readSide(client, 'sending', sender, RouteReads.sending(sender), parameters),
    readSide(client, 'receiving', receiver, RouteReads.receiving(receiver), parameters),
  ])
  return judgeRoute(
    route,
    source,
    destination,
    sent.status === 'ok' ? sent.value : unreadSender(sender, sent),
    taken.status === 'ok' ? taken.value : unreadReceiver(receiver, taken),
  )
}

/** What grades a route on the way to something else: from memory, while that is young. */
export async function routeGradeOf(client: Context, parameters: GradeRouteParameters): Promise<RouteGrade> {
  return gradeRoute(client, { ...parameters, maxAge: parameters.maxAge ?? DEFAULT_MAX_AGE })
}

function configured({ routers }: Context, end: RouteEnd): ConfiguredEnd {
  const deployment = routers.find(({ chainId }) => chainId === end.chainId)
  if (deployment === undefined) throw new UnknownRouterError(end.chainId)
  return { end, deployment }
}

function endpointOf(
  route: Route,
  { end, deployment }: ConfiguredEnd,
  { eid: remoteEid }: RouterDeployment,
): RouteReads.RouteEndpoint {
  const { chainId, oft } = end
  const messaging = route.kind === 'stargate' ? route.ends.find((one) => one.chainId === chainId)?.messaging : undefined
  return { chainId, kind: route.kind, endpoint: deployment.endpoint, oft, app: messaging ?? oft, remoteEid }
}

/** One end, from memory or from its chain. What is not whole is not kept: the next one who asks may get more. */
async function readSide<side extends Omit<RouteSide, 'block'>>(
  { getClient, metadata, maxCalls }: Context,
  role: 'sending' | 'receiving',
  { chainId, kind, endpoint, oft, app, remoteEid }: RouteReads.RouteEndpoint,
  read: Read.Read<side>,
  { maxAge = 0, timeout, signal }: GradeRouteParameters,
): Promise<ReadResult<side & { readonly block: Block | undefined }>> {
  const now = Date.now()
  const key = ['route', role, chainId, kind, endpoint, oft, app, remoteEid].join(':').toLowerCase()
  type Stamped = side & { readonly block: Block | undefined }
  const stamped: Read.Read<Stamped> = Read.map(read, (value) => ({ ...value, block: undefined }))
  const [result] = await metadata.load({
    entries: [{ key, ttl: maxAge, read: stamped }],
    now,
    readAll: async (reads, inner) => {
      // Shared with whoever asks meanwhile: `load` ends it when the last of their deadlines is over.
      const options = { chainId, reads, maxCalls, timeout: MAX_TIMEOUT, signal: inner }
      const snapshot = await getSnapshot(getClient(chainId), options)
      if (snapshot.status !== 'read') return reads.map(() => snapshot)
      const { block, results } = snapshot
      return results.map((one) => (one.status === 'ok' ? { ...one, value: { ...Object(one.value), block } } : one))
    },
    timeout,
    signal,
  })
  if (result.status === 'ok' && !isWhole(role, result.value)) metadata.forget(key, { now, minAge: 0 })
  return result
}

/** At the receiving end a verifier need not be a contract, and has nothing to say. */
function isWhole(role: 'sending' | 'receiving', side: Omit<RouteSide, 'block'>): boolean {
  if (role === 'sending' && side.verifiers.some(({ answer }) => answer === 'unknown')) return false
  return !Object.values(side).some(
    (value: unknown) =>
      typeof value === 'object' &&
      value !== null &&
      'status' in value &&
      (value.status === 'unavailable' || value.status === 'disputed'),
  )
}

function unread({ chainId, app }: RouteReads.RouteEndpoint, failure: ReadFailure): Omit<RouteSide, 'block'> {
  return {
    chainId,
    app,
    peer: failure,
    token: failure,
    sharedDecimals: failure,
    library: failure,
    verification: failure,
    verifiers: [],
    owner: failure,
    delegate: failure,
  }
}

function unreadSender(end: RouteReads.RouteEndpoint, failure: ReadFailure): SendingSide {
  const nothing = { executor: failure, enforcedOptions: failure, inspector: failure, capacity: failure }
  return { ...unread(end, failure), ...nothing }
}

function unreadReceiver(end: RouteReads.RouteEndpoint, failure: ReadFailure): ReceivingSide {
  return { ...unread(end, failure), oldLibrary: failure }
}
