import { BaseError } from '../errors/BaseError.ts'
import { reasonOf } from '../errors/reasonOf.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { Unknown } from '../model/Quantity.ts'

/** The owner cannot pay the messaging fee and the gas. */
export class InsufficientFundsError extends BaseError {
  override readonly name = 'InsufficientFundsError'
  readonly balance: bigint
  readonly needed: bigint

  /** @param unknown What is needed besides, and nobody knows how much of it. */
  constructor(balance: bigint, needed: bigint, chainId: number, unknown?: Unknown) {
    const [first] = unknown?.issues ?? []
    const besides = first === undefined ? {} : { 'And besides': `${first.path} (${first.reason})` }
    super('The owner holds too little of the native coin to pay for the move.', {
      facts: { 'Holds (wei)': balance, 'Needs (wei)': needed, ...besides, Chain: chainId },
      action: 'Fund the owner on the source chain. Nothing was sent.',
    })
    this.balance = balance
    this.needed = needed
  }
}

/** The receipt token cannot be permitted by a signature. */
export class PermitUnavailableError extends BaseError {
  override readonly name = 'PermitUnavailableError'

  constructor(token: Address, reason: string) {
    super('The receipt token cannot be permitted by a signature.', {
      facts: { Token: token, Reason: reason },
      action: "Prepare the move with `approval: 'approve'`.",
    })
  }
}

/** Calldata does not say what the intent says. It must not be signed. */
export class CalldataMismatchError extends BaseError {
  override readonly name = 'CalldataMismatchError'
  readonly field: string

  constructor(field: string, actual: unknown, expected: unknown) {
    super('The call does not do what was intended. Do not sign it.', {
      facts: { Field: field, Call: String(actual), Intent: String(expected) },
      action: 'Stop: something changed the call after it was made. Check the page and its dependencies.',
    })
    this.field = field
  }
}

/** The wallet is on another chain than the collateral. */
export class WrongChainError extends BaseError {
  override readonly name = 'WrongChainError'
  readonly actual: number
  readonly expected: number

  constructor(actual: number, expected: number) {
    super('The wallet is on the wrong chain.', {
      facts: { Wallet: actual, Needed: expected },
      action: 'Switch the wallet to the source chain of the move. The move was not sent.',
    })
    this.actual = actual
    this.expected = expected
  }
}

/** The wallet cannot sign for the owner. */
export class WrongAccountError extends BaseError {
  override readonly name = 'WrongAccountError'
  readonly expected: Address

  constructor(actual: readonly string[], expected: Address) {
    super('The wallet does not hold the account of the owner.', {
      facts: { Wallet: actual.length === 0 ? 'no account' : actual.join(', '), Owner: expected },
      action: "Connect the owner's account. Nothing was sent.",
    })
    this.expected = expected
  }
}

/** The wallet did not sign or send: it was refused, or it failed. */
export class WalletFailedError extends BaseError {
  override readonly name = 'WalletFailedError'
  readonly step: string

  constructor(step: string, cause: unknown) {
    super(`The wallet did not complete the ${step}.`, {
      facts: { Reason: reasonOf(cause) },
      action:
        'If it was refused, nothing happened. Otherwise ask `getMoveStatus` before trying again with the same id.',
      cause,
    })
    this.step = step
  }
}

/** A transaction was not seen in a block in time. It may still come. */
export class NotIncludedError extends BaseError {
  override readonly name = 'NotIncludedError'
  /** Absent where a wallet has told none yet. */
  readonly hash: Hex | undefined

  constructor(hash: Hex | undefined, step: string, milliseconds: number) {
    super(`The ${step} was not included in a block in time.`, {
      facts: { Transaction: hash, 'Waited (ms)': milliseconds },
      action: 'It may still be included: track the move with `getMoveStatus`, do not send another one.',
    })
    this.hash = hash
  }
}

/** A signature that is not 65 (or, compact, 64) bytes. */
export class InvalidSignatureError extends BaseError {
  override readonly name = 'InvalidSignatureError'

  constructor(cause: unknown) {
    super('The signature of the permit is malformed.', {
      action: 'Pass what the wallet gave for the typed data, unchanged.',
      cause,
    })
  }
}
