import { BaseError } from '@unimargin/sdk'
import type { Hex } from 'viem'

/** A message did not get as far as was waited for. */
export class MessageTimeoutError extends BaseError {
  override readonly name = 'MessageTimeoutError'
  readonly guid: Hex | undefined
  /** Where it stands, e.g. `verified (held)`. */
  readonly standing: string

  constructor({
    guid,
    waitedFor,
    standing,
    timeout,
  }: {
    readonly guid?: Hex | undefined
    readonly waitedFor: string
    readonly standing: string
    readonly timeout: number
  }) {
    super(`The message was not ${waitedFor} within ${timeout} ms.`, {
      facts: { GUID: guid, Standing: standing },
      action: 'Release it if it is held; if it failed, `messages.get(guid)?.failure` says why.',
    })
    this.guid = guid
    this.standing = standing
  }
}
