import { BaseError } from '@unimargin/sdk'

/** A local chain refused a request, or did not answer. */
export class DevnetRpcError extends BaseError {
  override readonly name = 'DevnetRpcError'
  readonly method: string
  readonly reason: string

  constructor({ method, reason, cause }: Pick<DevnetRpcError, 'method' | 'reason'> & { readonly cause?: unknown }) {
    super(`A local chain did not answer ${method}.`, {
      facts: { Reason: reason },
      action: 'If the devnet was closed this is expected; otherwise create a new one.',
      cause,
    })
    this.method = method
    this.reason = reason
  }
}
