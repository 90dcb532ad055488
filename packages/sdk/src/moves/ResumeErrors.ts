import { BaseError } from '../errors/BaseError.ts'
import type { Address } from '../model/Hex.ts'

const docsPath = 'moves#a-program-that-dies'

/** A move has to be signed, and there is no wallet for it. */
export class NoWalletError extends BaseError {
  override readonly name = 'NoWalletError'

  constructor(owner: Address, chainId: number) {
    super('The move has to be signed again, and no wallet was given for it.', {
      facts: { Owner: owner, Chain: chainId },
      action: "Pass `walletClient`: a wallet of the owner's on the source chain.",
      docsPath,
    })
  }
}

/** The account of the owner has transactions that are in no block yet: any of them may be the move. */
export class PendingTransactionsError extends BaseError {
  override readonly name = 'PendingTransactionsError'
  readonly pending: number

  constructor(owner: Address, chainId: number, pending: number) {
    super('The owner has transactions that wait for a block, and one of them may be this move.', {
      facts: { Owner: owner, Chain: chainId, Waiting: pending },
      action: 'Resume again when they are in blocks, or were cancelled in the wallet.',
      docsPath,
    })
    this.pending = pending
  }
}

/** A wallet was handed the move in one batch, and neither the router nor the wallet tells what became of it. */
export class PendingBatchError extends BaseError {
  override readonly name = 'PendingBatchError'
  readonly batch: string

  constructor(batch: string, chainId: number) {
    super('A wallet was handed the move in a batch, of which nothing is known yet.', {
      facts: { Batch: batch, Chain: chainId },
      action:
        'Look into the wallet, or resume with it as `walletClient`. What it never sent is refused after the deadline.',
      docsPath,
    })
    this.batch = batch
  }
}
