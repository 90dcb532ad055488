import { BaseError } from '@unimargin/sdk'

/** A compiled contract is not where it should be, or is none. */
export class MissingArtifactError extends BaseError {
  override readonly name = 'MissingArtifactError'
  readonly artifact: string

  constructor({ artifact, cause }: { readonly artifact: string; readonly cause?: unknown }) {
    super(`The compiled contract "${artifact}" cannot be read.`, {
      action: 'Install the dependencies again; for our own contracts, run `npx -y pnpm@12.21.0 --dir contracts build`.',
      cause,
    })
    this.artifact = artifact
  }
}
