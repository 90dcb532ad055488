import { BaseError } from './BaseError.ts'

/** A chain id that was not configured. */
export class UnknownChainError extends BaseError {
  override readonly name = 'UnknownChainError'
  readonly chainId: number
  readonly configured: readonly number[]

  /** `neededBy` names what asked for the chain, e.g. a market's key. */
  constructor({
    chainId,
    configured,
    neededBy,
  }: Pick<UnknownChainError, 'chainId' | 'configured'> & { readonly neededBy?: string | undefined }) {
    super(`Chain ${chainId} is not configured.`, {
      facts: {
        'Needed by': neededBy,
        Configured: configured.length === 0 ? 'none' : configured.join(', '),
      },
      action: 'Add the chain to `chains`, and a transport for it to `transports`, when the client is created.',
    })
    this.chainId = chainId
    this.configured = configured
  }
}
