import { BaseError } from '@unimargin/sdk'

/** A snapshot that is gone: of another devnet, or taken after one that was reverted to. */
export class UnknownSnapshotError extends BaseError {
  override readonly name = 'UnknownSnapshotError'

  constructor() {
    super('There is no such snapshot any more.', {
      action: 'Revert only to snapshots of this devnet, and not to one taken after a state that you went back behind.',
    })
  }
}
