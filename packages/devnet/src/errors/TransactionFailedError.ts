import { BaseError } from '@unimargin/sdk'
import type { Hex } from 'viem'

/** A transaction that the devnet itself sent was refused or reverted. */
export class TransactionFailedError extends BaseError {
  override readonly name = 'TransactionFailedError'
  readonly chainId: number
  /** What was called, e.g. `Pool.borrow`. */
  readonly label: string
  /** Absent when the node did not even take it. */
  readonly hash: Hex | undefined
  readonly reason: string

  constructor({
    chainId,
    label,
    hash,
    reason,
  }: Pick<TransactionFailedError, 'chainId' | 'label' | 'reason'> & { readonly hash?: Hex | undefined }) {
    super(`${label} failed on chain ${chainId}.`, {
      facts: { Reason: reason, Transaction: hash },
      action: 'Read the reason: the contract refused; amounts, caps, pauses and permissions are the usual causes.',
    })
    this.chainId = chainId
    this.label = label
    this.hash = hash
    this.reason = reason
  }
}
