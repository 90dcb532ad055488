import { BaseError } from '../errors/BaseError.ts'

/** A ratio has nothing below the line: there is no number for it, and no sentinel stands in. */
export class DivisionByZeroError extends BaseError {
  override readonly name = 'DivisionByZeroError'
  readonly numerator: bigint

  constructor({ numerator }: { readonly numerator: bigint }) {
    super('A number was divided by zero.', {
      facts: { Numerator: numerator },
      action: 'Handle the case without a denominator (e.g. a position without debt) before dividing.',
    })
    this.numerator = numerator
  }
}
