import { BaseError } from '../../errors/BaseError.ts'
import type { Address, Hex } from '../../model/Hex.ts'

const MAX_SHOWN = 70

/** A `hash` or `guid` that is not 32 bytes. */
export class InvalidMoveReferenceError extends BaseError {
  override readonly name = 'InvalidMoveReferenceError'
  readonly parameter: 'hash' | 'guid'
  /** What was passed, cut when long. */
  readonly value: string

  constructor(parameter: 'hash' | 'guid', value: unknown) {
    const text = typeof value === 'string' ? value : `(${typeof value})`
    const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
    super(`\`${parameter}\` is not 32 bytes.`, {
      facts: { Value: shown },
      action: `Pass \`0x\` and 64 hex digits as \`${parameter}\`.`,
    })
    this.parameter = parameter
    this.value = shown
  }
}

/** A transaction in which neither the router nor an OFT alone sent anything. */
export class NoMoveInTransactionError extends BaseError {
  override readonly name = 'NoMoveInTransactionError'
  readonly hash: Hex
  readonly chainId: number

  constructor(parameters: {
    readonly hash: Hex
    readonly chainId: number
    readonly router: Address
    readonly reason: string
  }) {
    const { hash, chainId, router, reason } = parameters
    super('The transaction holds no move.', {
      facts: { Transaction: hash, Chain: chainId, Router: router, Reason: reason },
      action:
        'Pass the transaction that sent the move, and the chain that it left; check `routers` and `routes` of the client.',
    })
    this.hash = hash
    this.chainId = chainId
  }
}

/** A transaction that sent several moves. */
export class SeveralMovesError extends BaseError {
  override readonly name = 'SeveralMovesError'
  readonly hash: Hex
  readonly chainId: number
  /** LayerZero's ids of all of them. */
  readonly guids: readonly Hex[]

  constructor(hash: Hex, chainId: number, guids: readonly Hex[]) {
    super(`The transaction holds ${guids.length} moves.`, {
      facts: { Transaction: hash, Chain: chainId, Guids: guids.join(', ') },
      action: 'Pass `guid` as well, to say which one is meant.',
    })
    this.hash = hash
    this.chainId = chainId
    this.guids = guids
  }
}

/** No chain that answered knows of such a move. */
export class MoveNotFoundError extends BaseError {
  override readonly name = 'MoveNotFoundError'
  readonly guid: Hex
  /** Chains that were searched and know nothing of it. */
  readonly searched: readonly number[]
  /** Chains that could not be searched, or not whole. */
  readonly unread: readonly number[]

  constructor(guid: Hex, searched: readonly number[], unread: readonly number[]) {
    super('No move with this GUID was found.', {
      facts: {
        Guid: guid,
        Searched: searched.length === 0 ? 'no chain' : searched.join(', '),
        Unread: unread.length === 0 ? undefined : unread.join(', '),
      },
      action: 'Pass its `owner`, the `hash` of its transaction, or more `blocks` to search.',
    })
    this.guid = guid
    this.searched = searched
    this.unread = unread
  }
}

/** A move to or from a chain on which the client knows neither a router nor an endpoint. */
export class UnknownEidError extends BaseError {
  override readonly name = 'UnknownEidError'
  readonly eid: number
  readonly configured: readonly number[]

  constructor(eid: number, configured: readonly number[]) {
    super('The move goes to a chain that this client cannot move to.', {
      facts: { 'Endpoint id': eid, Configured: configured.length === 0 ? 'none' : configured.join(', ') },
      action:
        'Add the chain to `chains`, and its deployment to `routers` (or `endpoints`), when the client is created.',
    })
    this.eid = eid
    this.configured = configured
  }
}
