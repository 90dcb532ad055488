import { formatReserves, formatUserSummary } from '@aave/math-utils'
import type { MarketReading, PositionFacts } from '@unimargin/sdk'
import { type Address, type Client, parseAbi } from 'viem'
import { readContract } from 'viem/actions'

const poolAbi = parseAbi([
  'struct Reserve { uint256 configuration; uint128 liquidityIndex; uint128 liquidityRate; uint128 variableBorrowIndex; uint128 variableBorrowRate; uint128 stableRate; uint40 updatedAt; uint16 id; address aToken; address stableDebtToken; address variableDebtToken; address strategy; uint128 accruedToTreasury; uint128 unbacked; uint128 isolatedDebt; }',
  'function getReserveData(address asset) view returns (Reserve)',
  'function getEModeCategoryData(uint8 id) view returns ((uint16 ltv, uint16 threshold, uint16 bonus, address source, string label))',
  'function getEModeCategoryCollateralBitmap(uint8 id) view returns (uint128)',
  'function getEModeCategoryLtvzeroBitmap(uint8 id) view returns (uint128)',
])

const CATEGORIES = [1, 2]
const USD = '100000000'

/** What Aave's library says of a position; values in US dollars with 8 decimals. */
export type Summary = { readonly healthFactor: string; readonly availableBorrows: string }

/** Gives the library what it wants to be given of a pool at a block, and asks it about positions. */
export async function readMathUtils(
  client: Client,
  {
    pool,
    version,
    reading,
    blockNumber,
    timestamp,
  }: {
    readonly pool: Address
    readonly version: '3.0' | '3.6'
    readonly reading: MarketReading
    readonly blockNumber: bigint
    readonly timestamp: number
  },
): Promise<(position: PositionFacts) => Summary> {
  const at = { address: pool, abi: poolAbi, blockNumber } as const
  const categories = await Promise.all(
    CATEGORIES.map(async (id) => {
      const data = await readContract(client, { ...at, functionName: 'getEModeCategoryData', args: [id] })
      const bitmapOf = (functionName: 'getEModeCategoryCollateralBitmap' | 'getEModeCategoryLtvzeroBitmap') =>
        version === '3.6' ? readContract(client, { ...at, functionName, args: [id] }) : 0n
      const collateral = await bitmapOf('getEModeCategoryCollateralBitmap')
      return { id, data, collateral, ltvZero: await bitmapOf('getEModeCategoryLtvzeroBitmap') }
    }),
  )
  const raw = await Promise.all(
    reading.state.reserves.map(async ({ asset, price }) => {
      const reserve = await readContract(client, { ...at, functionName: 'getReserveData', args: [asset.address] })
      const bits = (start: bigint, size: bigint) => (reserve.configuration >> start) & ((1n << size) - 1n)
      return { asset, reserve, bits, price: typeof price === 'bigint' ? price / 10n ** 10n : 0n }
    }),
  )
  const eModes = categories.map(({ id, data, collateral, ltvZero }) => ({
    id,
    eMode: {
      ltv: String(data.ltv),
      liquidationThreshold: String(data.threshold),
      liquidationBonus: String(data.bonus),
      // In binary; 3.0 has one category per reserve instead.
      collateralBitmap: (version === '3.6'
        ? collateral
        : raw.reduce(
            (bitmap, { bits, reserve }) => bitmap | (bits(168n, 8n) === BigInt(id) ? 1n << BigInt(reserve.id) : 0n),
            0n,
          )
      ).toString(2),
      label: data.label,
      borrowableBitmap: '0',
      ltvzeroBitmap: ltvZero.toString(2),
      isolated: false,
    },
  }))
  const formattedReserves = formatReserves({
    reserves: raw.map(({ asset, reserve, bits, price }) => ({
      originalId: reserve.id,
      id: asset.address,
      symbol: asset.symbol,
      name: asset.symbol,
      decimals: asset.decimals,
      underlyingAsset: asset.address,
      usageAsCollateralEnabled: bits(0n, 16n) !== 0n,
      reserveFactor: String(bits(64n, 16n)),
      baseLTVasCollateral: String(bits(0n, 16n)),
      reserveLiquidationThreshold: String(bits(16n, 16n)),
      reserveLiquidationBonus: String(bits(32n, 16n)),
      liquidityIndex: String(reserve.liquidityIndex),
      liquidityRate: String(reserve.liquidityRate),
      variableBorrowIndex: String(reserve.variableBorrowIndex),
      variableBorrowRate: String(reserve.variableBorrowRate),
      availableLiquidity: '0',
      totalScaledVariableDebt: '0',
      lastUpdateTimestamp: reserve.updatedAt,
      borrowCap: String(bits(80n, 36n)),
      supplyCap: String(bits(116n, 36n)),
      debtCeiling: String(bits(212n, 40n)),
      debtCeilingDecimals: 2,
      isolationModeTotalDebt: String(reserve.isolatedDebt),
      virtualUnderlyingBalance: '0',
      deficit: '0',
      priceInMarketReferenceCurrency: String(price),
    })),
    eModes,
    currentTimestamp: timestamp,
    marketReferencePriceInUsd: USD,
    marketReferenceCurrencyDecimals: 8,
  })
  return (position) => {
    const configuration = position.details.configuration
    const summary = formatUserSummary({
      formattedReserves,
      marketReferencePriceInUsd: USD,
      marketReferenceCurrencyDecimals: 8,
      currentTimestamp: timestamp,
      userEmodeCategoryId: Number(position.details.eModeId),
      userReserves: raw.map(({ asset, reserve }) => ({
        underlyingAsset: asset.address,
        scaledATokenBalance: scaledOf(position.collateral, asset.address),
        scaledVariableDebt: scaledOf(position.debt, asset.address),
        usageAsCollateralEnabledOnUser:
          typeof configuration === 'bigint' && ((configuration >> BigInt(2 * reserve.id + 1)) & 1n) === 1n,
      })),
    })
    return {
      healthFactor: summary.healthFactor,
      availableBorrows: summary.availableBorrowsMarketReferenceCurrency,
    }
  }
}

function scaledOf(legs: PositionFacts['collateral'] | PositionFacts['debt'], asset: Address): string {
  return String(legs.find((leg) => leg.asset.address === asset)?.shares?.balance ?? 0n)
}
