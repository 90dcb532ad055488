import { BaseError } from '../errors/BaseError.ts'

/** A number that a figure of risk cannot be asked for. */
export class InvalidParameterError extends BaseError {
  override readonly name = 'InvalidParameterError'
  readonly parameter: string
  readonly value: bigint
  readonly least: bigint
  readonly most: bigint

  constructor({
    parameter,
    value,
    least,
    most,
  }: Pick<InvalidParameterError, 'parameter' | 'value' | 'least' | 'most'>) {
    super(`\`${parameter}\` is out of range.`, {
      facts: { Value: value, Least: least, Most: most },
      action: `Pass a whole number within these bounds as \`${parameter}\`; ratios and values are WAD, 1e18 for 1.`,
    })
    this.parameter = parameter
    this.value = value
    this.least = least
    this.most = most
  }
}
