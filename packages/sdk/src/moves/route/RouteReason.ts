import type { Address, Hex } from '../../model/Hex.ts'

/** Which end of the route a reason is about. */
export type RouteSideName = 'source' | 'destination'

/** Doubts that a caller may accept by name, because the move would arrive, or may well be right. */
export type AcceptableRouteReason = 'unpinned-library' | 'old-library' | 'one-verifier' | 'default-verifiers' | 'unread'

const acceptable: readonly string[] = [
  'unpinned-library',
  'old-library',
  'one-verifier',
  'default-verifiers',
  'unread',
] satisfies readonly AcceptableRouteReason[]

/** Whether a doubt can be accepted by name at all. */
export function isAcceptable(kind: string): kind is AcceptableRouteReason {
  return acceptable.includes(kind)
}

type Doubt =
  /** The app at this end does not speak with the app at the other: the message would be lost, or go to somebody else. */
  | { readonly kind: 'wrong-peer'; readonly side: RouteSideName; readonly expected: Hex; readonly found: Hex }
  /** The OFT carries another token than the route says. */
  | { readonly kind: 'wrong-token'; readonly side: RouteSideName; readonly expected: Address; readonly found: Address }
  /** The OFT counts in other shared decimals than the route says. */
  | { readonly kind: 'wrong-decimals'; readonly side: RouteSideName; readonly expected: number; readonly found: number }
  /** The pool sends through another contract, or the numbers of the asset differ. */
  | { readonly kind: 'wrong-pool'; readonly side: RouteSideName; readonly expected: string; readonly found: string }
  /** The pool takes and pays nothing. */
  | { readonly kind: 'paused'; readonly side: RouteSideName }
  /** The endpoint has no library for the path. */
  | { readonly kind: 'no-library'; readonly side: RouteSideName; readonly reason: string }
  /** The app has set the library that refuses everything. */
  | { readonly kind: 'blocked-library'; readonly side: RouteSideName; readonly library: Address }
  /** The app follows LayerZero's default library, which its owner can change. */
  | { readonly kind: 'unpinned-library'; readonly side: RouteSideName; readonly library: Address }
  /** Messages are still accepted through a library that the app has left. */
  | { readonly kind: 'old-library'; readonly side: 'destination'; readonly library: Address }
  /** No verifier is configured. */
  | { readonly kind: 'no-verifiers'; readonly side: RouteSideName; readonly reason: string }
  /** One verifier alone can have anything minted or released at the destination. */
  | { readonly kind: 'one-verifier'; readonly side: 'destination'; readonly verifiers: readonly Address[] }
  /** The verifiers are LayerZero's defaults, which its owner can change. */
  | { readonly kind: 'default-verifiers'; readonly side: RouteSideName; readonly verifiers: readonly Address[] }
  /** A placeholder that never attests. */
  | { readonly kind: 'dead-verifier'; readonly side: RouteSideName; readonly verifier: Address }
  /** A verifier that gives no price for this path. */
  | {
      readonly kind: 'refusing-verifier'
      readonly side: 'source'
      readonly verifier: Address
      readonly reason: string
    }
  /** The receiver waits for more attestations, or for others, than the sender pays. */
  | {
      readonly kind: 'unpaid-verifier'
      readonly side: 'destination'
      /** Those that are not paid, where verifiers are named; else all that are waited for. */
      readonly verifiers: readonly Address[]
      readonly needed: number
      readonly paid: number
    }
  /** The sender pays a verifier that the receiver does not ask. */
  | { readonly kind: 'needless-verifier'; readonly side: 'source'; readonly verifiers: readonly Address[] }
  /** Nobody said which contracts of the two chains are one verifier: they were only counted. */
  | { readonly kind: 'unmatched-verifiers'; readonly side: RouteSideName; readonly verifiers: readonly Address[] }
  /** The verifiers are told to wait for fewer blocks than the receiver asks for: it would never accept. */
  | {
      readonly kind: 'too-few-confirmations'
      readonly side: 'source'
      readonly waits: bigint
      readonly needed: bigint
    }
  /** The receiver accepts what may still be reorganised away. */
  | { readonly kind: 'no-confirmations'; readonly side: 'destination' }
  /** How long verifiers wait is LayerZero's default, which its owner can change. */
  | { readonly kind: 'default-confirmations'; readonly side: RouteSideName; readonly confirmations: bigint }
  /** Who delivers is LayerZero's default; anybody could deliver instead. */
  | { readonly kind: 'default-executor'; readonly side: 'source'; readonly executor: Address }
  /** A contract may refuse the message before it is sent. */
  | { readonly kind: 'inspector'; readonly side: 'source'; readonly inspector: Address }
  /** Nothing may be sent now: a rate limit or a credit is used up. */
  | { readonly kind: 'no-capacity'; readonly side: 'source' }
  /** Something that decides could not be read. */
  | { readonly kind: 'unread'; readonly side: RouteSideName; readonly what: string; readonly reason: string }

export type RouteReasonKind = Doubt['kind']

/**
 * A doubt about a route, with what was found, and how to get out of it.
 *
 * `severity`: `stops` would lose the move or never bring it, and cannot be accepted; `refused` and `unread` are refused unless
 * accepted by name; `weak` lowers the grade to `B`.
 */
export type RouteReason = Doubt & {
  readonly severity: 'stops' | 'refused' | 'unread' | 'weak'
  readonly wayOut: string
}

/** What to do about each doubt. */
const waysOut: Readonly<Record<RouteReasonKind, string>> = {
  'wrong-peer':
    'Check `oft` of both ends of the route; if they are right, only the owner of the OFT can set its peers.',
  'wrong-token': 'Check `asset` and `oft` of this end of the route.',
  'wrong-decimals': 'Check `sharedDecimals` of the route; ends that differ cannot be one route.',
  'wrong-pool': 'Check `oft` and `messaging` of this end of the route.',
  paused: 'Take another route, or wait until the pool is open again.',
  'no-library': 'Take another route: LayerZero has no path between these chains for this app.',
  'blocked-library': 'Take another route: the app has closed this path.',
  'unpinned-library': 'Take another route, ask the owner of the app to pin its libraries, or accept it by this name.',
  'old-library': 'Wait until its time is over, or accept it by this name.',
  'no-verifiers': 'Take another route: nothing that is sent over this one is ever verified.',
  'one-verifier': 'Take another route, ask the owner of the app for a second verifier, or accept it by this name.',
  'default-verifiers': 'Ask the owner of the app to set its own verifiers, or accept it by this name.',
  'dead-verifier': 'Take another route: the app has to replace this verifier.',
  'refusing-verifier': 'Take another route, or try again when the verifier serves this path.',
  'unpaid-verifier':
    'Take another route: the app has to set the same verifiers at both ends. Check `verifiers` of the route.',
  'needless-verifier': 'It costs a fee and harms nobody: tell the owner of the app.',
  'unmatched-verifiers': 'Name these contracts in `verifiers` of the route.',
  'too-few-confirmations': 'Take another route: the app has to set the same confirmations at both ends.',
  'no-confirmations': 'Send only what a reorganisation of the source may take back.',
  'default-confirmations': 'Ask the owner of the app to set its own confirmations.',
  'default-executor': 'If nobody delivers, run `lzReceive` yourself.',
  inspector: 'Simulate before you sign, as preparing a move does.',
  'no-capacity': 'Wait until the limit has recovered, or take another route.',
  unread: 'Try again, configure another node for this chain, or accept it by this name.',
}

/** Every doubt that there is. */
export function kinds(): readonly string[] {
  return Object.keys(waysOut)
}

/** A doubt with its way out. */
export function make(severity: RouteReason['severity'], doubt: Doubt): RouteReason {
  return { ...doubt, severity, wayOut: waysOut[doubt.kind] }
}

const order: readonly RouteReason['severity'][] = ['stops', 'refused', 'unread', 'weak']

/** Whether a move is refused for it. */
export function refuses({ kind, severity }: RouteReason, accepted: readonly AcceptableRouteReason[]): boolean {
  if (severity === 'weak') return false
  return severity === 'stops' || !(isAcceptable(kind) && accepted.includes(kind))
}

/** The worst first, otherwise as they were found. */
export function worstFirst(reasons: readonly RouteReason[]): readonly RouteReason[] {
  return order.flatMap((severity) => reasons.filter((reason) => reason.severity === severity))
}
