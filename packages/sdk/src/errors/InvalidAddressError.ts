import { BaseError } from './BaseError.ts'

const MAX_SHOWN = 66

/** What should be an address is none, or its checksum does not match. */
export class InvalidAddressError extends BaseError {
  override readonly name = 'InvalidAddressError'
  /** Which parameter, e.g. `owner`. */
  readonly parameter: string
  /** What was passed, cut when long. */
  readonly value: string

  constructor({ parameter, value }: { readonly parameter: string; readonly value: unknown }) {
    const text = typeof value === 'string' ? value : `(${typeof value})`
    const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
    super(`\`${parameter}\` is not an address.`, {
      facts: { Value: shown },
      action: 'Pass `0x` and 40 hex digits, all in lower case or with a matching EIP-55 checksum.',
    })
    this.parameter = parameter
    this.value = shown
  }
}
