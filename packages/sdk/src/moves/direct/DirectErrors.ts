import { BaseError } from '../../errors/BaseError.ts'
import { reasonOf } from '../../errors/reasonOf.ts'
import type { KnownHealth } from '../../model/Health.ts'
import type { Address, Hex } from '../../model/Hex.ts'
import type { MoveCall } from '../MoveIntent.ts'

/** The owner is a contract, and nobody said whose account it is to arrive in. */
export class RecipientRequiredError extends BaseError {
  override readonly name = 'RecipientRequiredError'
  readonly owner: Address

  constructor(owner: Address) {
    super('The owner is a contract, which may not be at the same address on the destination chain.', {
      facts: { Owner: owner },
      action: 'Pass `recipient`: an account on the destination chain that the owner controls.',
    })
    this.owner = owner
  }
}

/** The view of now shows the donor below its floor once the amount is gone. */
export class FloorBrokenError extends BaseError {
  override readonly name = 'FloorBrokenError'
  readonly donor: string
  readonly health: KnownHealth
  readonly floor: bigint

  constructor(donor: string, health: KnownHealth, floor: bigint) {
    super('The donor would not keep its floor.', {
      facts: {
        Donor: donor,
        'Health after': health.status === 'known' ? health.factor : health.status,
        Floor: floor,
      },
      action: 'Plan anew from a view of now: prices or debts have changed since.',
    })
    this.donor = donor
    this.health = health
    this.floor = floor
  }
}

const NOT_ARRIVED: Readonly<Record<string, string>> = {
  credited: 'Nothing is left to be done.',
  // Delivered, and how much of it is not told.
  delivered:
    'No log says how much was paid out: ask a node of the destination that keeps the logs since it was sent. ' +
    'The issues of `getMoveStatus` name the blocks that were looked through.',
}

/** The move is not where its second step could be made. */
export class NotArrivedError extends BaseError {
  override readonly name = 'NotArrivedError'
  readonly state: string

  constructor(state: string) {
    super('Nothing of this move waits to be supplied or repaid.', {
      facts: { State: state },
      action: NOT_ARRIVED[state] ?? 'Wait until `getMoveStatus` calls it `delivered`.',
    })
    this.state = state
  }
}

/** What has arrived is not there any more. */
export class SpentArrivalError extends BaseError {
  override readonly name = 'SpentArrivalError'
  readonly recipient: Address
  readonly held: bigint
  readonly amount: bigint

  constructor(recipient: Address, held: bigint, amount: bigint, asset: Address) {
    super('The recipient holds less than what has arrived of the move.', {
      facts: { Recipient: recipient, Holds: held, Arrived: amount, Asset: asset },
      action: "Bring it back to the recipient's account, or supply what is there with the adapter's `lending.calls`.",
    })
    this.recipient = recipient
    this.held = held
    this.amount = amount
  }
}

/** The second step was refused, or has nothing to do any more, after its tokens were allowed to the market. */
export class AllowanceLeftError extends BaseError {
  override readonly name = 'AllowanceLeftError'
  /** Takes it back: for the recipient to send. */
  readonly revoke: MoveCall

  constructor(revoke: MoveCall, cause: unknown) {
    super('What was allowed for the second step is still allowed.', {
      facts: { Token: revoke.to, Chain: revoke.chainId, Reason: reasonOf(cause) },
      action: 'Send `revoke`, unless you make the second step again: `cause` says what it is about.',
      cause,
    })
    this.revoke = revoke
  }
}

/** The second step was brought further than was known when it was prepared, by another run. */
export class StaleArrivalError extends BaseError {
  override readonly name = 'StaleArrivalError'

  constructor() {
    super('The second step was brought further than was known when it was prepared.', {
      action: 'Prepare it again, with the same `journal`.',
    })
  }
}

/** A routed move was passed where a direct one belongs, or the other way round. */
export class NotDirectError extends BaseError {
  override readonly name = 'NotDirectError'

  constructor() {
    super('The move is not a direct one.', {
      action: 'What a router carries it supplies or repays by itself: `recover` says what can be done about it.',
    })
  }
}

/** The move was found, and no chain says which position its owner meant it for. */
export class ReceiverRequiredError extends BaseError {
  override readonly name = 'ReceiverRequiredError'

  constructor() {
    super('Nothing on chain says what is to become of this move.', {
      action:
        'Pass `receiver`: the id of the position that is to get it. `purpose` says whether it is supplied or repays.',
    })
  }
}

/** What an earlier run handed to a wallet may have been sent, or still be: signing it again could do it twice. */
export class PendingStepError extends BaseError {
  override readonly name = 'PendingStepError'
  readonly step: string

  constructor(step: string, reason: string) {
    super(`Whether the ${step} was sent is not known yet.`, {
      facts: { Step: step, Reason: reason },
      action: `Look into the wallet. Once it has sent what waits, go on again. If it never sent the ${step}: \`again: ['${step}']\`.`,
    })
    this.step = step
  }
}

/** Another transaction of the account took the place of one, and does not do what that would have done. */
export class ReplacedStepError extends BaseError {
  override readonly name = 'ReplacedStepError'
  readonly step: string
  /** Of the one that cannot be included any more. */
  readonly hash: Hex

  constructor(step: string, hash: Hex) {
    super(`Another transaction took the place of the ${step}: it was cancelled, or replaced by something else.`, {
      facts: { Step: step, Transaction: hash },
      action: `Nothing of the ${step} was done. Have it signed anew with \`again: ['${step}']\`, or leave the move as it is.`,
    })
    this.step = step
    this.hash = hash
  }
}

/** Names of what a wallet says about several calls at once (EIP-5792). */
const BATCH_PROBLEMS: Readonly<Record<number, string>> = {
  5700: 'it does not support a capability that was asked for',
  5710: 'it does not support batches on this chain',
  5720: 'it has a batch with this id already',
  5730: 'it knows no batch with this id',
  5740: 'the batch is too large for it',
  5750: 'the user refused the upgrade of the account that all-or-nothing needs',
  5760: 'it cannot promise all or nothing',
  400: 'it gave the batch up before it was on chain',
  500: 'the whole batch reverted',
  600: 'a part of the batch reverted',
}

/** A wallet did not carry out what it was asked to send at once. */
export class BatchFailedError extends BaseError {
  override readonly name = 'BatchFailedError'
  /** A code of EIP-5792: an error of the wallet (57..), or the status of the batch (4.., 5.., 6..). */
  readonly code: number

  constructor(code: number, cause?: unknown) {
    const problem =
      BATCH_PROBLEMS[code] ?? BATCH_PROBLEMS[Math.floor(code / 100) * 100] ?? 'it says nothing that is known'
    super(`The wallet did not carry out the batch: ${problem}.`, {
      facts: { Code: code },
      action:
        code === 5720 || code === 600
          ? 'Ask `getMoveStatus` where the move stands before anything is sent again.'
          : "Try again, or with one transaction after the other: `batch: 'never'`.",
      ...(cause === undefined ? {} : { cause }),
    })
    this.code = code
  }
}
