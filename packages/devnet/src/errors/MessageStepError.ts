import { BaseError } from '@unimargin/sdk'
import type { Hex } from 'viem'

/** A message cannot take the step that was asked for, e.g. it is not verified yet and should be delivered. */
export class MessageStepError extends BaseError {
  override readonly name = 'MessageStepError'
  readonly guid: Hex
  readonly step: string
  readonly reason: string

  constructor({ guid, step, reason }: Pick<MessageStepError, 'guid' | 'step' | 'reason'>) {
    super(`The message cannot take the step "${step}".`, {
      facts: { GUID: guid, Reason: reason },
      action: 'Look at `messages.get(guid)`; the steps are verify, deliver, compose, in this order.',
    })
    this.guid = guid
    this.step = step
    this.reason = reason
  }
}
