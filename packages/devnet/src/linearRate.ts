import { Read } from '@unimargin/sdk'

const WAD = 10n ** 18n
const YEAR = 31_536_000n

type Totals = { readonly supply: { readonly assets: bigint }; readonly borrow: { readonly assets: bigint } }

/** What `IrmMock` of Morpho's own tests computes, for `interestRateModels` of `morphoBlue`: no past, and x % for x % lent. */
export type LinearRate = {
  readonly name: string
  readonly readState: () => Read.Read<bigint>
  readonly borrowRate: (totals: Totals) => { readonly average: bigint; readonly state: bigint }
}

/** The interest rate model of the devnet's Morpho markets, per second and WAD, to the last unit. */
export const linearRate: LinearRate = {
  name: 'linear',
  readState: () => Read.succeed(0n),
  borrowRate: ({ supply, borrow }) => {
    const utilisation = supply.assets === 0n ? 0n : (borrow.assets * WAD) / supply.assets
    return { average: utilisation / YEAR, state: 0n }
  },
}
