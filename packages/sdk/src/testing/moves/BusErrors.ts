import { BaseError } from '../../errors/BaseError.ts'
import type { Hex } from '../../model/Hex.ts'

/** A message bus was told to do something with a message that its chains do not know. */
export class UnknownMockMessageError extends BaseError {
  override readonly name = 'UnknownMockMessageError'
  readonly guid: Hex

  constructor({ guid, known }: { readonly guid: Hex; readonly known: readonly Hex[] }) {
    super('The message bus knows no message with this GUID.', {
      facts: { GUID: guid, Known: known.length === 0 ? 'none' : known.join(', ') },
      action: 'Send the move first, and pass the `guid` of its handle.',
    })
    this.guid = guid
  }
}

/** A message bus was told to take a step that the destination refuses. */
export class MockStepError extends BaseError {
  override readonly name = 'MockStepError'
  readonly guid: Hex
  readonly step: string

  constructor({ guid, step, reason }: { readonly guid: Hex; readonly step: string; readonly reason: string }) {
    super(`The message cannot take the step "${step}" now: ${reason}.`, {
      facts: { GUID: guid },
      action: 'Deliver the messages before it on its path first, or mend what stands in the way.',
    })
    this.guid = guid
    this.step = step
  }
}

/** A message bus connects two chains or more, each of them once. */
export class BusChainsError extends BaseError {
  override readonly name = 'BusChainsError'
  readonly chains: readonly number[]

  constructor(chains: readonly number[]) {
    super('A message bus cannot connect these chains.', {
      facts: { Chains: chains.length === 0 ? 'none' : chains.join(', ') },
      action: 'Pass two mocked chains or more with different chain ids.',
    })
    this.chains = chains
  }
}

/** A message bus needs two chains that share an asset. */
export class NoMockRouteError extends BaseError {
  override readonly name = 'NoMockRouteError'
  readonly asset: string

  constructor({ asset, chains }: { readonly asset: string; readonly chains: readonly number[] }) {
    super(`The asset "${asset}" is listed on fewer than two of the mocked chains.`, {
      facts: { Chains: chains.join(', ') },
      action: 'Give at least two of the chains a market with this asset before the bus is made.',
    })
    this.asset = asset
  }
}
