import { BaseError } from '@unimargin/sdk'

/** A local chain did not come up. */
export class AnvilStartError extends BaseError {
  override readonly name = 'AnvilStartError'
  readonly chainId: number

  constructor({
    chainId,
    reason,
    output,
  }: {
    readonly chainId: number
    readonly reason: string
    readonly output?: string
  }) {
    super(`The local chain ${chainId} did not start.`, {
      facts: { Reason: reason, Output: output === undefined || output === '' ? undefined : output.slice(-400) },
      action: 'Run `npx -y pnpm@12.21.0 install`, then try again; the output above says what anvil objected to.',
    })
    this.chainId = chainId
  }
}
