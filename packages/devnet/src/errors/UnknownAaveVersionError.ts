import { BaseError } from '@unimargin/sdk'

/** The devnet has other versions of Aave V3. */
export class UnknownAaveVersionError extends BaseError {
  override readonly name = 'UnknownAaveVersionError'
  readonly version: string

  constructor({ version }: { readonly version: string }) {
    super(`The devnet has no Aave V${version}.`, { action: 'Choose `3.0` or `3.6`.' })
    this.version = version
  }
}
