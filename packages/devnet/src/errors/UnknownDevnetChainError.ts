import { BaseError } from '@unimargin/sdk'

/** A chain that the devnet cannot play, or that this devnet was not created with. */
export class UnknownDevnetChainError extends BaseError {
  override readonly name = 'UnknownDevnetChainError'
  readonly chain: string
  readonly known: readonly string[]

  constructor({ chain, known }: Pick<UnknownDevnetChainError, 'chain' | 'known'>) {
    super(`The devnet has no chain "${chain}".`, {
      facts: { Known: known.join(', ') },
      action: 'Name one of the known chains, each once, when the devnet is created.',
    })
    this.chain = chain
    this.known = known
  }
}
