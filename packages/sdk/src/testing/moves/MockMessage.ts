import type { Hex } from '../../model/Hex.ts'

/** How far a message has come, as its destination shows it. What only transfers, as a direct move does, ends with `delivered`. */
export type MockMessagePhase = 'sent' | 'verified' | 'delivered' | 'composed'

/** What is done to a message: DVNs vouch for it, its OFT gives out the tokens, the router supplies them. */
export type MockMessageStep = 'verify' | 'deliver' | 'compose'

/** A message between mocked chains. */
export type MockMessage = {
  readonly guid: Hex
  readonly nonce: bigint
  readonly sourceChainId: number
  readonly destinationChainId: number
  readonly phase: MockMessagePhase
  /** The step that failed when it was tried last; it can be taken again. */
  readonly failed?: MockMessageStep | undefined
  /** Why the bus does not carry it on by itself. */
  readonly waits?: 'held' | 'dropped' | 'delayed' | undefined
}

/** Which messages an order is about: those that fit in all that is said, those to come as well. */
export type MockMessageFilter = {
  readonly guid?: Hex | undefined
  readonly sourceChainId?: number | undefined
  readonly destinationChainId?: number | undefined
  /** Only before this step, e.g. to hold what is delivered and not yet supplied. */
  readonly before?: MockMessageStep | undefined
}

export const PHASES: readonly MockMessagePhase[] = ['sent', 'verified', 'delivered', 'composed']

/** The step that takes a message out of a phase. */
export function stepAfter(phase: MockMessagePhase, isPlain: boolean): MockMessageStep | undefined {
  if (isPlain && phase === 'delivered') return undefined
  return { sent: 'verify', verified: 'deliver', delivered: 'compose', composed: undefined }[phase] as
    | MockMessageStep
    | undefined
}

export function fits(filter: MockMessageFilter, message: MockMessage, step: MockMessageStep): boolean {
  const { guid, sourceChainId, destinationChainId, before } = filter
  return (
    (guid === undefined || guid === message.guid) &&
    (sourceChainId === undefined || sourceChainId === message.sourceChainId) &&
    (destinationChainId === undefined || destinationChainId === message.destinationChainId) &&
    (before === undefined || before === step)
  )
}
