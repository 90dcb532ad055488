import { BaseError } from '../errors/BaseError.ts'

/** A value that cannot be written without loss, or a text that was not written by `serialize`. */
export class SerializationError extends BaseError {
  override readonly name = 'SerializationError'
  /** Where in the value, e.g. `$.plan.amount`. */
  readonly path: string

  constructor(path: string, problem: string) {
    super(`The value at ${path} cannot be serialised or restored: ${problem}.`, {
      action: 'Pass plain values of this package to `serialize`, and only what `serialize` wrote to `deserialize`.',
    })
    this.path = path
  }
}
