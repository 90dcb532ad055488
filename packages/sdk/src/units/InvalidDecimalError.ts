import { BaseError } from '../errors/BaseError.ts'

/** A text is not a plain decimal number, or has more digits than its unit can hold. */
export class InvalidDecimalError extends BaseError {
  override readonly name = 'InvalidDecimalError'
  readonly text: string
  readonly decimals: number

  constructor({ text, decimals }: { readonly text: string; readonly decimals: number }) {
    const shown = text.slice(0, 100)
    super(`"${shown}" is not a decimal number with at most ${decimals} digits after the point.`, {
      facts: { Text: shown, Decimals: decimals },
      action: 'Write digits with at most one point, without sign, exponent or separators, e.g. "1250.75".',
    })
    this.text = text
    this.decimals = decimals
  }
}
