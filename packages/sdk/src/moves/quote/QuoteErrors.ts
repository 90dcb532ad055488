import { BaseError } from '../../errors/BaseError.ts'
import type { Revert } from '../Revert.ts'

/** What is quoted would not be credited where it arrives, as a simulation at the destination shows. */
export class ArrivalRefusedError extends BaseError {
  override readonly name = 'ArrivalRefusedError'
  readonly chainId: number
  /**
   * Where it would end: the token is not delivered, the router does not take it, or the market does not, and it is parked. Of a direct
   * move the call of the second step that would be refused, e.g. `supply`.
   */
  readonly step: string
  readonly revert: Revert

  constructor(parameters: {
    readonly chainId: number
    readonly step: string
    readonly revert: Revert
  }) {
    const { chainId, step, revert } = parameters
    super(
      step === 'settle'
        ? `The move would be parked where it arrives: ${revert.reason}.`
        : `The move would not get through where it arrives: ${revert.reason}.`,
      {
        facts: { Chain: chainId, Step: step, Error: revert.name },
        action: `Nothing was sent. Read the margin view again, or choose another receiver. To send it all the same: \`acceptArrival: ['${revert.name}']\`.`,
      },
    )
    this.chainId = chainId
    this.step = step
    this.revert = revert
  }
}

/** A quote is older than it said that it would hold. */
export class ExpiredQuoteError extends BaseError {
  override readonly name = 'ExpiredQuoteError'
  readonly expiresAt: bigint
  readonly now: bigint

  constructor(expiresAt: bigint, now: bigint) {
    super('The quote has expired.', {
      facts: { Expired: expiresAt, 'Chain time': now },
      action: 'Quote again: fees and gas may be others by now.',
    })
    this.expiresAt = expiresAt
    this.now = now
  }
}

/** The route keeps more than the plan allows for: less would arrive than its goal needs. */
export class TransferFeeTooHighError extends BaseError {
  override readonly name = 'TransferFeeTooHighError'
  readonly amount: bigint
  readonly received: bigint
  readonly minAmount: bigint
  /** The share that the route keeps now, WAD, rounded up. */
  readonly fee: bigint

  constructor(parameters: Pick<TransferFeeTooHighError, 'amount' | 'received' | 'minAmount' | 'fee'>) {
    const { amount, received, minAmount, fee } = parameters
    super('The route keeps more of the amount than the plan allows for.', {
      facts: { Sent: amount, Arrives: received, Needed: minAmount, 'Fee (WAD)': fee },
      action: `Plan again with \`transferFee\`: ${fee}n is what the route keeps now; a little more leaves room until it is sent.`,
    })
    this.amount = amount
    this.received = received
    this.minAmount = minAmount
    this.fee = fee
  }
}
