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
