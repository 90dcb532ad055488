import { BaseError } from '@unimargin/sdk'

/** There is no such member of the Compound V2 family here. */
export class UnknownFlavourError extends BaseError {
  override readonly name = 'UnknownFlavourError'
  readonly flavour: string

  constructor(flavour: unknown, known: readonly string[]) {
    super('The flavour of the Comptroller is none that is known.', {
      facts: { Flavour: String(flavour), Known: known.join(', ') },
      action: 'Pass one of these, or an entry of the address book.',
    })
    this.flavour = String(flavour)
  }
}
