import type { Block } from '../../model/Block.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import type { RouteReason } from './RouteReason.ts'

/** How the verifiers (DVNs) of one end are set up, as they count now. */
export type Verification = {
  /** Blocks of the source that verifiers wait for. */
  readonly confirmations: bigint
  /** All of these have to attest. */
  readonly required: readonly Address[]
  /** And as many of these as `threshold` says. */
  readonly optional: readonly Address[]
  readonly threshold: number
  /** What of it the app has set itself. LayerZero may change the rest, for everybody, at any time. */
  readonly own: {
    readonly required: readonly Address[]
    readonly optional: readonly Address[]
    readonly threshold: number
    readonly confirmations: boolean
  }
}

/** Through what an end sends or receives. */
export type RouteLibrary = {
  readonly address: Address
  /** Set by the app itself: nobody else can change it. */
  readonly isPinned: boolean
  /** LayerZero's library that refuses everything. */
  readonly isBlocked: boolean
}

/** What a verifier's contract says when it is asked for its fee. */
export type VerifierProbe = {
  readonly address: Address
  readonly answer: 'works' | 'dead' | 'refuses' | 'unknown'
  readonly reason?: string | undefined
}

/** What one end of a route says of itself, read at one block. Every field is what became of its read. */
export type RouteSide = {
  readonly chainId: number
  /** Absent when the chain could not be read. */
  readonly block?: Block | undefined
  /** The contract whose settings count: the OFT, or Stargate's `TokenMessaging`. */
  readonly app: Address
  /** The app on the other chain that this one speaks with, as 32 bytes. */
  readonly peer: ReadResult<Hex>
  /** What the OFT carries; zero is the native coin. */
  readonly token: ReadResult<Address>
  readonly sharedDecimals: ReadResult<number>
  readonly library: ReadResult<RouteLibrary>
  readonly verification: ReadResult<Verification>
  readonly verifiers: readonly VerifierProbe[]
  /** Who may change the settings of the app; `undefined` where the app names none. */
  readonly owner: ReadResult<Address | undefined>
  /** Who may change its settings at the endpoint. */
  readonly delegate: ReadResult<Address | undefined>
  /** Whether the pool takes and pays (Stargate); the number of the asset is the same at both ends. */
  readonly pool?: ReadResult<{ readonly messaging: Address; readonly assetId: number; readonly isPaused: boolean }>
}

/** What only the sending end has. */
export type SendingSide = RouteSide & {
  readonly executor: ReadResult<{
    readonly address: Address
    readonly maxMessageSize: number
    readonly isOwn: boolean
  }>
  /** Options that the app adds to every message with a compose. */
  readonly enforcedOptions: ReadResult<Hex | undefined>
  /** A contract that may refuse a message before it is sent. */
  readonly inspector: ReadResult<Address | undefined>
  /** Base units at the source that may be sent now: an OFT's rate limit, or the credit of a pool. `undefined`: no limit. */
  readonly capacity: ReadResult<bigint | undefined>
}

/** What only the receiving end has. */
export type ReceivingSide = RouteSide & {
  /** A library that the app left, through which messages are still accepted for a while. */
  readonly oldLibrary: ReadResult<Address | undefined>
}

/**
 * How far a route can be trusted with a move, from what both of its ends say on chain:
 *
 * - `A`: nothing is left to wish for.
 * - `B`: safe, with weaknesses that the reasons name.
 * - `refused`: a move over it is refused; some reasons can be accepted by name, others would lose the move or never bring it.
 * - `unknown`: something that decides could not be read. It is refused as well.
 */
export type RouteGrade = {
  readonly grade: 'A' | 'B' | 'refused' | 'unknown'
  /** Key of the route. */
  readonly route: string
  /** Every doubt, the worst first. */
  readonly reasons: readonly RouteReason[]
  readonly source: SendingSide
  readonly destination: ReceivingSide
}
