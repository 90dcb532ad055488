import type { CallRequest } from '../adapter/Lending.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { DirectTrail } from './direct/DirectTrail.ts'
import type { MoveSimulation } from './quote/Simulation.ts'

/** A call that somebody would sign, and the chain that it belongs to. */
export type MoveCall = CallRequest & { readonly chainId: number }

/** The contracts of a move on one chain. */
export type MoveEnd = {
  /** LayerZero endpoint id. */
  readonly eid: number
  readonly endpoint: Address
  /** The zero address for a direct move. */
  readonly router: Address
  readonly oft: Address
}

/** What is needed to find a move on the chains again. Store it before anything is sent. */
export type TrackedMove = {
  readonly version: 1
  /** Random, 32 bytes: the router moves once per owner and id. */
  readonly id: Hex
  readonly owner: Address
  readonly sourceChainId: number
  readonly destinationChainId: number
  /** Unix seconds of the source chain after which the router refuses the move. */
  readonly deadline: bigint
  readonly source: MoveEnd
  readonly destination: MoveEnd
  /** Hash of the transaction, once there is one. A hint: the router is asked by `id`. */
  readonly hash?: Hex | undefined
  /** Whose transaction it is, and which of theirs: one that takes this place instead shows that the move was replaced. */
  readonly transaction?: { readonly from: Address; readonly nonce: bigint } | undefined
  /** Source block in which, or up to which, it was seen to be included. A node that has not come as far takes nothing back. */
  readonly minedIn?: bigint | undefined
  /** LayerZero's id of the message, once it was sent. */
  readonly guid?: Hex | undefined
  /** Nonce of the message on its path, once it was sent. */
  readonly nonce?: bigint | undefined
  /** How far the owner's own steps are, where no router carries it. */
  readonly direct?: DirectTrail | undefined
}

/** What the destination does with a move: `repay` lowers a debt, and pays the owner what that does not need. */
export type MoveAction = 'supply' | 'repay'

/** The router's `Move`, field by field: what the owner signs and the contract enforces. Base units, WAD, Unix seconds. */
export type MoveParameters = {
  readonly id: Hex
  readonly market: Address
  /** The market of Morpho Blue; zero for any other protocol. */
  readonly marketId: Hex
  readonly asset: Address
  readonly amount: bigint
  readonly minAmount: bigint
  readonly minHealthFactor: bigint
  readonly dstEid: number
  readonly action: MoveAction
  readonly dstMarket: Address
  readonly dstMarketId: Hex
  readonly recovery: Address
  readonly deadline: bigint
  readonly deliveryGas: bigint
  readonly settleGas: bigint
}

/** Everything that a move is meant to do, fixed before anything is signed. A plain value. */
export type MoveIntent = TrackedMove & {
  readonly move: MoveParameters
  /** Wei to attach: the messaging fee and a buffer, which the router refunds. */
  readonly value: bigint
  /** What the owner allows the router. */
  readonly authorization: MoveAuthorization
}

/** What the owner allows the router: to pull so much of a receipt token, or to act for them at a contract. */
export type MoveAuthorization =
  | { readonly kind: 'erc20'; readonly token: Address; readonly amount: bigint }
  | OperatorAuthorization

/** Over everything that the owner has at the contract: Morpho Blue and Comets know nothing less. */
export type OperatorAuthorization = {
  readonly kind: 'morpho-authorization' | 'comet-allow'
  readonly contract: Address
}

/** A move whose transaction was included. */
export type MoveHandle = TrackedMove & { readonly hash: Hex }

/** A signature that lets the router pull a receipt token, as the token's `permit` wants it (ERC-2612). */
export type PermitRequest = {
  readonly domain: {
    readonly name: string
    readonly version: string
    readonly chainId: number
    readonly verifyingContract: Address
  }
  readonly types: { readonly Permit: readonly { readonly name: string; readonly type: string }[] }
  readonly primaryType: 'Permit'
  readonly message: {
    readonly owner: Address
    readonly spender: Address
    readonly value: bigint
    readonly nonce: bigint
    readonly deadline: bigint
  }
}

/** What Morpho wants to be signed, or a Comet. */
export type OperatorMessage =
  | {
      readonly authorizer: Address
      readonly authorized: Address
      readonly isAuthorized: boolean
      readonly nonce: bigint
      readonly deadline: bigint
    }
  | {
      readonly owner: Address
      readonly manager: Address
      readonly isAllowed: boolean
      readonly nonce: bigint
      readonly expiry: bigint
    }

/** One of the two signatures that authorise the router for one move (EIP-712). */
export type OperatorTypedData = {
  readonly domain: {
    /** Morpho's domain has neither a name nor a version. */
    readonly name?: string | undefined
    readonly version?: string | undefined
    readonly chainId: number
    readonly verifyingContract: Address
  }
  readonly types: { readonly Authorization: readonly { readonly name: string; readonly type: string }[] }
  readonly primaryType: 'Authorization'
  readonly message: OperatorMessage
}

/** Both signatures: the router gives itself the authorisation by the first, and takes it back by the second. */
export type OperatorRequest = { readonly give: OperatorTypedData; readonly takeBack: OperatorTypedData }

/** A signature as contracts want it. */
export type SignatureParts = { readonly v: number; readonly r: Hex; readonly s: Hex }

/** Both authorisations with their signatures: the router takes them as a `Grant`. */
export type SignedOperator = {
  /** Of the first; the second has the next one. */
  readonly nonce: bigint
  readonly deadline: bigint
  readonly give: SignatureParts
  readonly takeBack: SignatureParts
}

/** A permit with its signature: the router takes it as a `Grant`. */
export type SignedPermit = SignatureParts & { readonly value: bigint; readonly deadline: bigint }

/**
 * A move that is ready to be signed: checked, simulated where that is possible, and nothing sent. A plain value.
 *
 * - `none`: the router may already pull; sign `call`.
 * - `approve`: sign `approve`, wait for its inclusion, then sign `call`, and then `revoke` where there is one.
 * - `permit`: sign the typed data, then `completeMove` makes the call from the signature.
 * - `grant`: likewise, of both: Morpho Blue and Comets know no allowance of an amount, and the router gives the authorisation
 *   back in the transaction that uses it.
 */
export type PreparedMove = { readonly intent: MoveIntent; readonly simulation: MoveSimulation } & (
  | { readonly approval: 'none'; readonly call: MoveCall }
  | {
      readonly approval: 'approve'
      readonly approve: MoveCall
      readonly call: MoveCall
      /** Sign it as well, when the move was sent: what was authorised beforehand is not used up by it. */
      readonly revoke?: MoveCall | undefined
    }
  | { readonly approval: 'permit'; readonly permit: PermitRequest }
  | { readonly approval: 'grant'; readonly grant: OperatorRequest }
)
