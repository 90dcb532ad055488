import { BaseError } from '../../errors/BaseError.ts'

/** A market was named that the mocked chain does not have, or none where it has several. */
export class UnknownMockMarketError extends BaseError {
  override readonly name = 'UnknownMockMarketError'
  readonly market: string | undefined

  constructor({ market, known }: { readonly market: string | undefined; readonly known: readonly string[] }) {
    super(
      market === undefined
        ? 'The mocked chain needs to know which of its markets is meant.'
        : `The mocked chain has no market "${market}".`,
      {
        facts: { Markets: known.length === 0 ? 'none' : known.join(', ') },
        action: 'Pass the key of one of its markets as `market`, or give `mockChain` the market in `markets`.',
      },
    )
    this.market = market
  }
}

/** An asset was named that no market of the mocked chain has. */
export class UnknownMockAssetError extends BaseError {
  override readonly name = 'UnknownMockAssetError'
  readonly asset: string

  constructor({ asset, known }: { readonly asset: string; readonly known: readonly string[] }) {
    super(`No market of the mocked chain has the asset "${asset}".`, {
      facts: { Assets: known.length === 0 ? 'none' : known.join(', ') },
      action: 'Name it by its symbol or its address as the market knows it.',
    })
    this.asset = asset
  }
}

/** A reorganisation, or a number of blocks, that a mocked chain cannot make. */
export class InvalidBlockCountError extends BaseError {
  override readonly name = 'InvalidBlockCountError'
  readonly count: number

  constructor({ count, most }: { readonly count: number; readonly most: bigint }) {
    super(`A mocked chain cannot make or take back ${count} blocks.`, {
      facts: { Least: 1, Most: most },
      action: 'Pass an integer within these bounds.',
    })
    this.count = count
  }
}

/** Two parts of a mocked chain have one key: the second would silently take the place of the first. */
export class DuplicateMockPartError extends BaseError {
  override readonly name = 'DuplicateMockPartError'
  readonly key: string

  constructor(key: string) {
    super(`Two parts of the mocked chain have the key "${key}".`, {
      action: 'Give each market an address or a name of its own, or leave one of them out.',
    })
    this.key = key
  }
}

/** A market was put on a chain that it is not of. */
export class ForeignMockMarketError extends BaseError {
  override readonly name = 'ForeignMockMarketError'
  readonly market: string
  readonly chainId: number

  constructor({ market, chainId, of }: { readonly market: string; readonly chainId: number; readonly of: number }) {
    super(`The market "${market}" is of chain ${of}, and not of chain ${chainId}.`, {
      action: 'Make the market with the `chainId` of the chain that it is put on.',
    })
    this.market = market
    this.chainId = chainId
  }
}

/** A node of a mocked chain has a URL at which no HTTP request can reach it. */
export class InvalidNodeUrlError extends BaseError {
  override readonly name = 'InvalidNodeUrlError'

  constructor(url: string, problem: string) {
    super(`A mocked node cannot be at this URL: ${problem}.`, {
      facts: { URL: url },
      action: 'Pass URLs with `http:` or `https:`, another one for each node.',
    })
  }
}

/** A recording cannot be played on this chain. */
export class ForeignRecordingError extends BaseError {
  override readonly name = 'ForeignRecordingError'
  readonly chainId: number

  constructor({
    chainId,
    recorded,
    version,
  }: { readonly chainId: number; readonly recorded: number; readonly version: number }) {
    super(`Chain ${chainId} cannot play this recording.`, {
      facts: { 'Recorded on': recorded, Version: version },
      action: 'Pass a recording of version 1 that was made on this chain.',
    })
    this.chainId = chainId
  }
}
