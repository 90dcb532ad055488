import { BaseError } from '@unimargin/sdk'

/** No binary of a tool is installed for this platform. */
export class UnsupportedPlatformError extends BaseError {
  override readonly name = 'UnsupportedPlatformError'
  readonly tool: string
  readonly platform: string

  constructor({ tool, cause }: { readonly tool: string; readonly cause?: unknown }) {
    const platform = `${process.platform}-${process.arch}`
    super(`There is no ${tool} for ${platform}.`, {
      action:
        'Install again without leaving out optional dependencies; Linux and macOS on x64 and arm64 are supported.',
      cause,
    })
    this.tool = tool
    this.platform = platform
  }
}
