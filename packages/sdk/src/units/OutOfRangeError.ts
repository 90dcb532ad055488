import { BaseError } from '../errors/BaseError.ts'

/** A number lies outside of what the arithmetic is defined for. */
export class OutOfRangeError extends BaseError {
  override readonly name = 'OutOfRangeError'
  /** What the number stands for, e.g. `value`. */
  readonly parameter: string
  readonly value: bigint
  readonly min: bigint
  readonly max: bigint

  constructor({ parameter, value, min, max }: Pick<OutOfRangeError, 'parameter' | 'value' | 'min' | 'max'>) {
    super(`The ${parameter} is out of range.`, {
      facts: { Value: value, Min: min, Max: max },
      action: 'Pass an integer in base units within these bounds.',
    })
    this.parameter = parameter
    this.value = value
    this.min = min
    this.max = max
  }
}
