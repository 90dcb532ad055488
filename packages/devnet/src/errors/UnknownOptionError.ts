import { BaseError } from '@unimargin/sdk'

/** Something on the command line that means nothing. */
export class UnknownOptionError extends BaseError {
  override readonly name = 'UnknownOptionError'
  readonly args: readonly string[]

  constructor({ args, cause }: { readonly args: readonly string[]; readonly cause?: unknown }) {
    super('This command line is not understood.', {
      facts: { Arguments: args.join(' ') },
      action: 'Run with `--help` to see what can be said.',
      cause,
    })
    this.args = args
  }
}
