import { padHex, zeroAddress } from 'viem'
import type { Address } from '../../model/Hex.ts'
import type { ReadFailure, ReadResult } from '../../model/ReadResult.ts'
import type { Route, RouteEnd, RouterDeployment } from '../../model/Route.ts'
import { isSame } from '../WhatIf.ts'
import { judgeVerification } from './judgeVerification.ts'
import type { ReceivingSide, RouteGrade, RouteSide, SendingSide } from './RouteGrade.ts'
import * as RouteReason from './RouteReason.ts'

type Reasons = readonly RouteReason.RouteReason[]

/** One end of a route as it is configured. */
export type ConfiguredEnd = { readonly end: RouteEnd; readonly deployment: RouterDeployment }

/**
 * Says how far a route can be trusted, from what its ends were found to be. Pure.
 *
 * What could not be read is a reason by itself: unknown is never good.
 */
export function judgeRoute(
  route: Route,
  from: ConfiguredEnd,
  to: ConfiguredEnd,
  source: SendingSide,
  destination: ReceivingSide,
): RouteGrade {
  const reasons = RouteReason.worstFirst([
    ...identity(route, 'source', from, source, destination.app),
    ...identity(route, 'destination', to, destination, source.app),
    ...assets(source, destination),
    ...library('source', source),
    ...library('destination', destination),
    ...oldLibrary(destination),
    ...judgeVerification(route.verifiers ?? [], source, destination),
    ...delivery(source),
  ])
  return { grade: gradeOf(reasons), route: route.key, reasons, source, destination }
}

function gradeOf(reasons: Reasons): RouteGrade['grade'] {
  const has = (...severities: readonly RouteReason.RouteReason['severity'][]) =>
    reasons.some(({ severity }) => severities.includes(severity))
  if (has('stops', 'refused')) return 'refused'
  if (has('unread')) return 'unknown'
  return has('weak') ? 'B' : 'A'
}

/** Whether the contracts are those of the route, and speak with each other. */
function identity(
  route: Route,
  side: RouteReason.RouteSideName,
  { end, deployment }: ConfiguredEnd,
  facts: RouteSide,
  other: Address,
): Reasons {
  // What a native pool holds is shown as the wrapped native coin.
  const carries = (token: Address) =>
    isSame(token, zeroAddress) ? isSame(end.asset, deployment.wrappedNative) : isSame(token, end.asset)
  const expected = padHex(other, { size: 32 })
  return [
    ...when(side, 'peer', facts.peer, (found) =>
      isSame(found, expected) ? [] : [RouteReason.make('stops', { kind: 'wrong-peer', side, expected, found })],
    ),
    ...when(side, 'token', facts.token, (found) =>
      carries(found) ? [] : [RouteReason.make('stops', { kind: 'wrong-token', side, expected: end.asset, found })],
    ),
    ...when(side, 'shared decimals', facts.sharedDecimals, (found) =>
      found === route.sharedDecimals
        ? []
        : [RouteReason.make('stops', { kind: 'wrong-decimals', side, expected: route.sharedDecimals, found })],
    ),
    ...(facts.pool === undefined ? [] : when(side, 'pool', facts.pool, (pool) => poolReasons(side, facts.app, pool))),
  ]
}

function poolReasons(
  side: RouteReason.RouteSideName,
  app: Address,
  { messaging, isPaused }: { readonly messaging: Address; readonly isPaused: boolean },
): Reasons {
  const wrong = RouteReason.make('stops', { kind: 'wrong-pool', side, expected: app, found: messaging })
  return [
    ...(isSame(messaging, app) ? [] : [wrong]),
    ...(isPaused ? [RouteReason.make('stops', { kind: 'paused', side })] : []),
  ]
}

/** Pools of one asset have one number on all chains; zero is none. */
function assets({ pool: from }: SendingSide, { pool: to }: ReceivingSide): Reasons {
  if (from?.status !== 'ok' || to?.status !== 'ok') return []
  const [sent, taken] = [from.value.assetId, to.value.assetId]
  if (sent === taken && sent !== 0) return []
  const [expected, found] = [`asset ${sent}`, `asset ${taken}`]
  return [RouteReason.make('stops', { kind: 'wrong-pool', side: 'destination', expected, found })]
}

function library(side: RouteReason.RouteSideName, { library: found }: RouteSide): Reasons {
  if (found.status === 'reverted') {
    return [RouteReason.make('stops', { kind: 'no-library', side, reason: found.reason })]
  }
  return when(side, 'library', found, ({ address, isPinned, isBlocked }) => {
    if (isBlocked) return [RouteReason.make('stops', { kind: 'blocked-library', side, library: address })]
    return isPinned ? [] : [RouteReason.make('refused', { kind: 'unpinned-library', side, library: address })]
  })
}

function oldLibrary({ oldLibrary: found }: ReceivingSide): Reasons {
  return when('destination', 'old library', found, (old) =>
    old === undefined ? [] : [RouteReason.make('refused', { kind: 'old-library', side: 'destination', library: old })],
  )
}

/** What only the sender has. Where there is no library, nothing of it can be known, and the reason is there already. */
function delivery({ library: through, executor, inspector, capacity }: SendingSide): Reasons {
  const hasLibrary = through.status === 'ok' && !through.value.isBlocked
  const side = 'source'
  return [
    ...(hasLibrary
      ? when(side, 'executor', executor, ({ address, isOwn }) =>
          isOwn ? [] : [RouteReason.make('weak', { kind: 'default-executor', side, executor: address })],
        )
      : []),
    ...when(side, 'inspector', inspector, (found) =>
      found === undefined ? [] : [RouteReason.make('weak', { kind: 'inspector', side, inspector: found })],
    ),
    ...when(side, 'capacity', capacity, (amount) =>
      amount === 0n ? [RouteReason.make('stops', { kind: 'no-capacity', side })] : [],
    ),
  ]
}

/** The reasons that a value gives; one of its own if there is no value. */
function when<value>(
  side: RouteReason.RouteSideName,
  what: string,
  result: ReadResult<value>,
  judge: (value: value) => Reasons,
): Reasons {
  return result.status === 'ok' ? judge(result.value) : [unread(side, what, result)]
}

function unread(side: RouteReason.RouteSideName, what: string, { reason }: ReadFailure): RouteReason.RouteReason {
  return RouteReason.make('unread', { kind: 'unread', side, what, reason })
}
