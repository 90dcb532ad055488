import { BaseError } from '@unimargin/sdk'

/** Something else listens on a port that was asked for by number. */
export class PortInUseError extends BaseError {
  override readonly name = 'PortInUseError'
  readonly port: number

  constructor(port: number) {
    super(`Port ${port} is taken.`, {
      action: 'Stop what listens there, pass another `port`, or leave it out: then free ports are used.',
    })
    this.port = port
  }
}
