import { BaseError } from '../errors/BaseError.ts'
import type { Address, Hex } from '../model/Hex.ts'

/** Nothing is parked under this GUID. */
export class NotParkedError extends BaseError {
  override readonly name = 'NotParkedError'
  readonly guid: Hex

  constructor(guid: Hex, stands: string) {
    super('Nothing is parked under this GUID.', {
      facts: { Guid: guid, Stands: stands },
      action: 'Read the margin view: only what it lists as parked can be retried or claimed.',
    })
    this.guid = guid
  }
}

/** Neither the owner nor the recovery address of what is parked. */
export class NotOwnerError extends BaseError {
  override readonly name = 'NotOwnerError'
  readonly caller: Address

  constructor(caller: Address, owner: Address, recovery: Address) {
    super('Only the owner or the recovery address may touch what is parked.', {
      facts: { Caller: caller, Owner: owner, Recovery: recovery },
      action: 'Connect one of these accounts.',
    })
    this.caller = caller
  }
}
