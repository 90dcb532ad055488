import { BaseError } from '@unimargin/sdk'

/** A protocol's sources from npm do not compile. */
export class ProtocolCompileError extends BaseError {
  override readonly name = 'ProtocolCompileError'
  readonly protocol: string

  constructor({
    protocol,
    output,
    cause,
  }: {
    readonly protocol: string
    readonly output: string
    readonly cause?: unknown
  }) {
    super(`The sources of ${protocol} do not compile.`, {
      facts: { Output: output.slice(-1_200) },
      action: 'Install the dependencies again: `npx -y pnpm@12.21.0 install --frozen-lockfile`.',
      cause,
    })
    this.protocol = protocol
  }
}
