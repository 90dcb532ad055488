import { BaseError } from '@unimargin/sdk'

/** A port number that no chain could listen on. */
export class InvalidPortError extends BaseError {
  override readonly name = 'InvalidPortError'
  readonly port: number

  constructor({ port, chains }: { readonly port: number; readonly chains: number }) {
    super('`port` is out of range.', {
      facts: { Port: port, Chains: chains },
      action: 'Pass an integer from 1 to 65535 that leaves room for one port per chain, or leave it out.',
    })
    this.port = port
  }
}
