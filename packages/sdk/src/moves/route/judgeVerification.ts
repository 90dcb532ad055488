import type { Address, Hex } from '../../model/Hex.ts'
import type { RouteVerifier } from '../../model/Route.ts'
import { isSame } from '../WhatIf.ts'
import type { ReceivingSide, RouteSide, SendingSide, Verification } from './RouteGrade.ts'
import * as RouteReason from './RouteReason.ts'
import * as VerifierSet from './VerifierSet.ts'

type Reasons = readonly RouteReason.RouteReason[]
type Named = readonly RouteVerifier[]

/** `LZ_ULN_AtLeastOneDVN`: the library gives no configuration that names nobody. */
const NO_VERIFIERS: Hex = '0xce2c3751'
/** More than one verifier has to attest: the least that a move is entrusted to. */
const LEAST_VERIFIERS = 2

/** Who attests to messages, whether they can, whether they agree at both ends, and who may change that. */
export function judgeVerification(verifiers: Named, source: SendingSide, destination: ReceivingSide): Reasons {
  const sent = known(source)
  const taken = known(destination)
  return [
    ...missing('source', source),
    ...missing('destination', destination),
    ...(taken === undefined ? [] : strength(verifiers, destination.chainId, taken)),
    ...(sent === undefined ? [] : defaults('source', sent)),
    ...(taken === undefined ? [] : defaults('destination', taken)),
    ...(taken?.confirmations === 0n
      ? [RouteReason.make('weak', { kind: 'no-confirmations', side: 'destination' })]
      : []),
    ...(sent === undefined ? [] : dead('source', source, sent)),
    ...(taken === undefined ? [] : dead('destination', destination, taken)),
    ...refusing(source),
    ...(sent === undefined || taken === undefined ? [] : agreement(verifiers, source, sent, destination, taken)),
  ]
}

function known({ verification }: RouteSide): Verification | undefined {
  return verification.status === 'ok' ? verification.value : undefined
}

/** Where there is no library, there is no verifier either, and that reason is enough. */
function missing(side: RouteReason.RouteSideName, { library, verification }: RouteSide): Reasons {
  if (library.status !== 'ok' || library.value.isBlocked || verification.status === 'ok') return []
  const { reason } = verification
  if (verification.status === 'reverted' && verification.data === NO_VERIFIERS) {
    return [RouteReason.make('stops', { kind: 'no-verifiers', side, reason })]
  }
  return [RouteReason.make('unread', { kind: 'unread', side, what: 'verifiers', reason })]
}

/** How many have to be corrupted for tokens to come out of nothing, now, and if LayerZero changes its defaults. */
function strength(verifiers: Named, chainId: number, taken: Verification): Reasons {
  const name = (address: Address) => VerifierSet.nameOf(verifiers, chainId, address)
  const side = 'destination'
  const all = [...taken.required, ...taken.optional]
  if (VerifierSet.fewestToAgree(taken, name) < LEAST_VERIFIERS) {
    return [RouteReason.make('refused', { kind: 'one-verifier', side, verifiers: all })]
  }
  if (VerifierSet.fewestToAgree(taken.own, name) < LEAST_VERIFIERS) {
    return [RouteReason.make('refused', { kind: 'default-verifiers', side, verifiers: all })]
  }
  return []
}

/** Defaults that cost the move time at most: what the receiver accepts is held by {@link strength}. */
function defaults(side: RouteReason.RouteSideName, { own, required, optional, confirmations }: Verification): Reasons {
  const isOwn = own.required.length + own.optional.length > 0
  return [
    ...(side === 'source' && !isOwn
      ? [RouteReason.make('weak', { kind: 'default-verifiers', side, verifiers: [...required, ...optional] })]
      : []),
    ...(own.confirmations ? [] : [RouteReason.make('weak', { kind: 'default-confirmations', side, confirmations })]),
  ]
}

/** Placeholders that never attest: they stop a message where it cannot do without them. */
function dead(side: RouteReason.RouteSideName, { verifiers }: RouteSide, config: Verification): Reasons {
  const found = verifiers.filter(({ answer }) => answer === 'dead').map(({ address }) => address)
  const isDead = (address: Address) => found.some((one) => isSame(one, address))
  const alive = config.optional.filter((address) => !isDead(address)).length
  const stops = config.required.some(isDead) || alive < config.threshold
  // The sender asks every one of them for its price, and a dead one reverts.
  const severity = stops || side === 'source' ? 'stops' : 'weak'
  return found.map((verifier) => RouteReason.make(severity, { kind: 'dead-verifier', side, verifier }))
}

/** Only the sender has to ask them: at the receiving end a verifier may be any account. */
function refusing({ verifiers }: SendingSide): Reasons {
  const side = 'source'
  return verifiers.flatMap(({ address, answer, reason = '' }): Reasons => {
    if (answer === 'refuses') {
      return [RouteReason.make('stops', { kind: 'refusing-verifier', side, verifier: address, reason })]
    }
    const what = `verifier ${address}`
    return answer === 'unknown' ? [RouteReason.make('unread', { kind: 'unread', side, what, reason })] : []
  })
}

/** Whether those that are paid are those that are waited for, and wait long enough. */
function agreement(
  verifiers: Named,
  source: RouteSide,
  sent: Verification,
  destination: RouteSide,
  taken: Verification,
): Reasons {
  const paid = distinct([...sent.required, ...sent.optional])
  const asked = distinct([...taken.required, ...taken.optional])
  const across = (address: Address, from: number, to: number) =>
    VerifierSet.counterparts(verifiers, { chainId: from, address }, to)
  const meets = (own: Address, from: RouteSide, others: readonly Address[], to: RouteSide) =>
    across(own, from.chainId, to.chainId)?.some((there) => others.some((one) => isSame(one, there)))
  const unmatched = {
    source: paid.filter((one) => across(one, source.chainId, destination.chainId) === undefined),
    destination: asked.filter((one) => across(one, destination.chainId, source.chainId) === undefined),
  }
  const isUnpaid = (one: Address) => meets(one, destination, paid, source) === false
  const unpaidRequired = taken.required.filter(isUnpaid)
  const unpaidOptional = taken.optional.filter(isUnpaid)
  const needed = taken.required.length + taken.threshold
  const lacksOptional = taken.optional.length - unpaidOptional.length < taken.threshold
  const named = [...unpaidRequired, ...(lacksOptional ? unpaidOptional : [])]
  // A contract that is both required and optional attests once and counts twice.
  const least = needed - Math.min(taken.threshold, taken.optional.filter((one) => includes(taken.required, one)).length)
  const lacks = named.length > 0 ? named : paid.length < least ? asked : []
  const needless = paid.filter((one) => meets(one, source, asked, destination) === false)
  return [
    ...(lacks.length === 0
      ? []
      : [
          RouteReason.make('stops', {
            kind: 'unpaid-verifier',
            side: 'destination',
            verifiers: lacks,
            needed: least,
            paid: paid.length,
          }),
        ]),
    ...(sent.confirmations < taken.confirmations
      ? [
          RouteReason.make('stops', {
            kind: 'too-few-confirmations',
            side: 'source',
            waits: sent.confirmations,
            needed: taken.confirmations,
          }),
        ]
      : []),
    ...(needless.length === 0
      ? []
      : [RouteReason.make('weak', { kind: 'needless-verifier', side: 'source', verifiers: needless })]),
    ...(['source', 'destination'] as const)
      .filter((side) => unmatched[side].length > 0)
      .map((side) => RouteReason.make('weak', { kind: 'unmatched-verifiers', side, verifiers: unmatched[side] })),
  ]
}

function distinct(addresses: readonly Address[]): readonly Address[] {
  return addresses.filter((one, index) => addresses.findIndex((other) => isSame(one, other)) === index)
}

function includes(addresses: readonly Address[], one: Address): boolean {
  return addresses.some((other) => isSame(one, other))
}
