import { BaseError } from '../errors/BaseError.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { Revert } from './Revert.ts'

/** A chain did not give a credible answer that a step of a move cannot do without. */
export class ChainUnavailableError extends BaseError {
  override readonly name = 'ChainUnavailableError'
  readonly chainId: number

  constructor(chainId: number, reason: string, cause?: unknown) {
    super('A chain that the move needs gives no credible answer.', {
      facts: { Chain: chainId, Reason: reason },
      action: 'Try again, or configure another node for this chain. Nothing was sent by this step.',
      cause,
    })
    this.chainId = chainId
  }
}

/** A contract refuses the call, as a simulation shows or as the chain did. */
export class CallRevertedError extends BaseError {
  override readonly name = 'CallRevertedError'
  readonly chainId: number
  readonly call: string
  readonly revert: Revert
  /** The transaction that failed; absent when a simulation did, and nothing was sent. */
  readonly hash: Hex | undefined

  constructor(parameters: {
    readonly chainId: number
    readonly call: string
    readonly revert: Revert
    readonly hash?: Hex | undefined
  }) {
    const { chainId, call, revert, hash } = parameters
    super(`\`${call}\` ${hash === undefined ? 'would revert' : 'reverted'}: ${revert.reason}.`, {
      facts: { Chain: chainId, Error: revert.name, Transaction: hash },
      action:
        hash === undefined
          ? 'It was not sent. Read the margin view again before you try once more.'
          : 'This transaction moved nothing. Read the margin view again before you try once more.',
    })
    this.chainId = chainId
    this.call = call
    this.revert = revert
    this.hash = hash
  }
}

/** Somebody else than the owner of the plan. */
export class WrongOwnerError extends BaseError {
  override readonly name = 'WrongOwnerError'
  readonly owner: string
  readonly expected: Address

  constructor(owner: string, expected: Address) {
    super('The owner is not the one whose collateral is to be moved.', {
      facts: { Owner: owner, Expected: expected },
      action: 'Pass the owner that the plan was made for.',
    })
    this.owner = owner
    this.expected = expected
  }
}

/** A plan, quote or intent names contracts that this client was not configured with. */
export class ForeignMoveError extends BaseError {
  override readonly name = 'ForeignMoveError'
  readonly field: string

  constructor(field: string, actual: string | number, expected: string | number | undefined) {
    super('The move names a contract that this client does not know.', {
      facts: { Field: field, Actual: actual, Configured: expected ?? 'nothing' },
      action: 'Plan the move again with this client. Do not sign anything that was changed on the way.',
    })
    this.field = field
  }
}

/** A price that costs would be valued with is unknown. */
export class UnknownPriceError extends BaseError {
  override readonly name = 'UnknownPriceError'
  readonly chainId: number

  constructor(chainId: number, reasons: string) {
    super("The price of the chain's native coin is unknown, so costs cannot be valued.", {
      facts: { Chain: chainId, Missing: reasons },
      action: 'Use an adapter whose market lists the wrapped native coin, or wait until its price can be read.',
    })
    this.chainId = chainId
  }
}

/** The deadline of a move has passed, by the clock of the source chain. */
export class ExpiredDeadlineError extends BaseError {
  override readonly name = 'ExpiredDeadlineError'
  readonly deadline: bigint
  readonly now: bigint

  constructor(deadline: bigint, now: bigint) {
    super('The deadline of the move has passed.', {
      facts: { Deadline: deadline, 'Chain time': now },
      action: 'Quote again, with a later `deadline` or a longer `validFor`.',
    })
    this.deadline = deadline
    this.now = now
  }
}

/** A router on the way does not trust what the move needs of it: what arrives could not be supplied. */
export class UntrustedRouteError extends BaseError {
  override readonly name = 'UntrustedRouteError'
  readonly chainId: number
  readonly field: string

  constructor(chainId: number, field: string, value: string | number) {
    super('The router does not trust a part of the route.', {
      facts: { Chain: chainId, Part: field, Value: value },
      action: 'Check `routers`, `routes` and the adapters of the client against the deployment. Nothing was sent.',
    })
    this.chainId = chainId
    this.field = field
  }
}

/** A deadline that fits no block time. */
export class InvalidDeadlineError extends BaseError {
  override readonly name = 'InvalidDeadlineError'
  readonly deadline: bigint

  constructor(deadline: bigint) {
    super('The deadline is no time that a chain can have.', {
      facts: { Deadline: deadline, Most: 2n ** 64n - 1n },
      action: 'Pass `deadline` in Unix seconds, or `validFor` in seconds.',
    })
    this.deadline = deadline
  }
}

/** The route would debit or credit something else than what was planned. */
export class UnexpectedRouteError extends BaseError {
  override readonly name = 'UnexpectedRouteError'
  readonly planned: bigint
  readonly sent: bigint
  readonly received: bigint

  constructor(planned: bigint, sent: bigint, received: bigint) {
    super('The route does not carry the planned amount whole.', {
      facts: { Planned: planned, Debited: sent, Credited: received },
      action: 'Check `sharedDecimals` of the route; routes that take a fee are not supported yet.',
    })
    this.planned = planned
    this.sent = sent
    this.received = received
  }
}

/** LayerZero asks more than the quote and its buffer allow. */
export class FeeRoseError extends BaseError {
  override readonly name = 'FeeRoseError'
  readonly value: bigint
  readonly fee: bigint

  constructor(value: bigint, fee: bigint) {
    super('The messaging fee rose above what was quoted.', {
      facts: { Quoted: value, 'Now (wei)': fee },
      action: 'Quote again.',
    })
    this.value = value
    this.fee = fee
  }
}

/** The owner is a contract, whose address may belong to nobody on the destination. */
export class RecoveryRequiredError extends BaseError {
  override readonly name = 'RecoveryRequiredError'
  readonly owner: Address

  constructor(owner: Address) {
    super('The owner has code, so the same address may belong to nobody on the destination chain.', {
      facts: { Owner: owner },
      action: 'Quote with `recovery`: an address that you control on the destination.',
    })
    this.owner = owner
  }
}

/** An id that the owner has used: the router moves once per id. */
export class MoveAlreadySentError extends BaseError {
  override readonly name = 'MoveAlreadySentError'
  readonly id: Hex
  readonly guid: Hex

  constructor(id: Hex, guid: Hex) {
    super('A move with this id was sent already.', {
      facts: { Id: id, Guid: guid },
      action: 'Track it with `getMoveStatus`. For another move leave `id` out.',
    })
    this.id = id
    this.guid = guid
  }
}

/** An id that is not 32 bytes. */
export class InvalidMoveIdError extends BaseError {
  override readonly name = 'InvalidMoveIdError'

  constructor(id: string) {
    super('The id of a move is 32 bytes, and not zero.', {
      facts: { Id: id },
      action: 'Pass `0x` and 64 hex digits, or leave `id` out: a random one is made.',
    })
  }
}

/** The owner holds less of the receipt token than the move takes. */
export class InsufficientCollateralError extends BaseError {
  override readonly name = 'InsufficientCollateralError'
  readonly balance: bigint
  readonly amount: bigint

  constructor(balance: bigint, amount: bigint, token: Address) {
    super('The donor holds less than the move takes.', {
      facts: { Holds: balance, Needs: amount, 'Receipt token': token },
      action: 'Read the margin view again, then plan again.',
    })
    this.balance = balance
    this.amount = amount
  }
}
