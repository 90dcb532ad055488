import { BaseError } from '@unimargin/sdk'

/** There is no such member of the Compound V2 family here. */
export class UnknownFlavourError extends BaseError {
  override readonly name = 'UnknownFlavourError'
  readonly flavour: string

  constructor(flavour: unknown, known: readonly string[]) {
    super('The flavour of the Comptroller is none that is known.', {
      facts: { Flavour: String(flavour), Known: known.join(', ') },
      action: 'Pass one of these as `flavour`, or an entry of `@unimargin/adapters/compound-v2/addresses`.',
    })
    this.flavour = String(flavour)
  }
}
