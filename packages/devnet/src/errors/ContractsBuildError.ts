import { BaseError } from '@unimargin/sdk'

/** The contracts in `contracts/` do not compile. */
export class ContractsBuildError extends BaseError {
  override readonly name = 'ContractsBuildError'

  constructor({ output, cause }: { readonly output: string; readonly cause?: unknown }) {
    super('The contracts do not compile.', {
      facts: { Output: output.slice(-1_200) },
      action: 'Run `npx -y pnpm@12.21.0 --dir contracts build` and correct what it reports.',
      cause,
    })
  }
}
