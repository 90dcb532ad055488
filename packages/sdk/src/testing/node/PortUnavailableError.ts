import { BaseError } from '../../errors/BaseError.ts'

/** A server cannot listen there. */
export class PortUnavailableError extends BaseError {
  override readonly name = 'PortUnavailableError'
  readonly port: number

  constructor(port: number, cause?: unknown) {
    super(`No node can be served at port ${port}.`, {
      action:
        'Leave `port` out, so that free ports are found, or pass the first of as many free ones as there are nodes.',
      cause,
    })
    this.port = port
  }
}
