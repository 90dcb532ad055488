import { BaseError } from '@unimargin/sdk'
import type { Hex } from 'viem'

/** A transaction was taken but not mined. */
export class ReceiptTimeoutError extends BaseError {
  override readonly name = 'ReceiptTimeoutError'
  readonly chainId: number
  readonly hash: Hex

  constructor({ chainId, hash }: Pick<ReceiptTimeoutError, 'chainId' | 'hash'>) {
    super(`A transaction on chain ${chainId} was not mined.`, {
      facts: { Transaction: hash },
      action: 'Turn automining on again, or mine a block.',
    })
    this.chainId = chainId
    this.hash = hash
  }
}
