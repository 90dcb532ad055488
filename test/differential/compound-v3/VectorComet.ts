import type { ReadResult } from '@unimargin/sdk'
import {
  type Address,
  decodeFunctionData,
  encodeErrorResult,
  encodeFunctionResult,
  type Hex,
  isAddressEqual,
  parseAbi,
} from 'viem'
import type { Measured, VectorMarket, VectorSnapshot, VectorState } from '../../vectors/compoundV3.ts'
import type { Answers } from './answer.ts'

/** Views of Comet, of its tokens and of Multicall3 whose answers were measured; written anew, not the adapter's. */
export const viewsAbi = parseAbi([
  'struct AssetInfo { uint8 offset; address asset; address priceFeed; uint64 scale; uint64 borrowCollateralFactor; uint64 liquidateCollateralFactor; uint64 liquidationFactor; uint128 supplyCap; }',
  'struct TotalsBasic { uint64 baseSupplyIndex; uint64 baseBorrowIndex; uint64 trackingSupplyIndex; uint64 trackingBorrowIndex; uint104 totalSupplyBase; uint104 totalBorrowBase; uint40 lastAccrualTime; uint8 pauseFlags; }',
  'error BadPrice()',
  'function numAssets() view returns (uint8)',
  'function baseToken() view returns (address)',
  'function baseTokenPriceFeed() view returns (address)',
  'function baseScale() view returns (uint256)',
  'function baseBorrowMin() view returns (uint256)',
  'function supplyKink() view returns (uint256)',
  'function supplyPerSecondInterestRateBase() view returns (uint256)',
  'function supplyPerSecondInterestRateSlopeLow() view returns (uint256)',
  'function supplyPerSecondInterestRateSlopeHigh() view returns (uint256)',
  'function borrowKink() view returns (uint256)',
  'function borrowPerSecondInterestRateBase() view returns (uint256)',
  'function borrowPerSecondInterestRateSlopeLow() view returns (uint256)',
  'function borrowPerSecondInterestRateSlopeHigh() view returns (uint256)',
  'function totalSupply() view returns (uint256)',
  'function totalBorrow() view returns (uint256)',
  'function getAssetInfo(uint8 i) view returns (AssetInfo)',
  'function totalsBasic() view returns (TotalsBasic)',
  'function getPrice(address priceFeed) view returns (uint256)',
  'function totalsCollateral(address asset) view returns (uint128, uint128)',
  'function userBasic(address account) view returns (int104, uint64, uint64, uint16, uint8)',
  'function userCollateral(address account, address asset) view returns (uint128, uint128)',
  'function isLiquidatable(address account) view returns (bool)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address account) view returns (uint256)',
  'function getCurrentBlockTimestamp() view returns (uint256)',
])

/** A snapshot's answers to what an adapter may ask. What was not measured reverts as an unknown function of Comet does. */
export function answersOf(market: VectorMarket, state: VectorState, snapshot: VectorSnapshot): Answers {
  const reverted = (data: Hex): ReadResult<Hex> => ({ status: 'reverted', reason: 'execution reverted', data })
  return (to, data) => {
    const call = decodedOnce(data)
    if (call === undefined) return reverted('0x')
    const value = measuredOf(call, to)
    if (value === undefined) return reverted('0x')
    if (typeof value === 'object' && 'revert' in value) {
      return reverted(encodeErrorResult({ abi: viewsAbi, errorName: 'BadPrice' }))
    }
    // Each value is of the type that the function's ABI says; viem cannot relate the two unions.
    const result = encodeFunctionResult({ abi: viewsAbi, functionName: call.functionName, result: value } as never)
    return { status: 'ok', value: result }
  }

  function measuredOf(
    { functionName, args = [] }: Call,
    to: Address,
  ): object | bigint | string | number | boolean | undefined {
    const [first, second] = args
    const { val } = state
    const tokens = [market.base, ...market.collaterals]
    const token = tokens.find((one) => isAddressEqual(one.token, to))
    const index = (address: unknown) => market.collaterals.findIndex(({ token }) => sameAddress(token, address))
    switch (functionName) {
      case 'getCurrentBlockTimestamp':
        return BigInt(state.timestamp)
      case 'symbol':
        return token?.symbol
      case 'decimals':
        return token?.decimals
      case 'balanceOf':
        return token === market.base ? BigInt(val.cometBaseBalance) : undefined
      case 'getAssetInfo': {
        const info = market.val[`assetInfo${Number(first)}`]
        return info === undefined ? undefined : numbered(info)
      }
      case 'totalsBasic':
        return numbered(val.totalsBasic)
      case 'totalSupply':
        return BigInt(val.totalSupply)
      case 'totalBorrow':
        return BigInt(val.totalBorrow)
      case 'getPrice': {
        const feed = market.collaterals.findIndex(({ feed }) => sameAddress(feed, first))
        return price(feed === -1 ? val.priceBase : val[`price${feed}`])
      }
      case 'totalsCollateral':
        return val[`totalsCollateral${index(first)}`]?.map(BigInt)
      case 'userBasic':
        return sameAddress(snapshot.user, first)
          ? snapshot.val.userBasic.map((part, position) => (position < 3 ? BigInt(part) : part))
          : undefined
      case 'isLiquidatable':
        return sameAddress(snapshot.user, first) ? snapshot.val.isLiquidatable : undefined
      case 'userCollateral':
        return sameAddress(snapshot.user, first)
          ? snapshot.val[`userCollateral${index(second)}`]?.map(BigInt)
          : undefined
      default: {
        const fact = market.val[functionName]
        return typeof fact === 'string' && /^\d+$/.test(fact) ? BigInt(fact) : fact
      }
    }
  }
}

type Call = { readonly functionName: string; readonly args?: readonly unknown[] | undefined }

const calls = new Map<Hex, Call | undefined>()

/** The same few calls come six hundred times. */
function decodedOnce(data: Hex): Call | undefined {
  if (!calls.has(data)) calls.set(data, decoded(data))
  return calls.get(data)
}

function decoded(data: Hex): Call | undefined {
  try {
    return decodeFunctionData({ abi: viewsAbi, data })
  } catch {
    return undefined
  }
}

function price(measured: Measured | undefined) {
  return typeof measured === 'string' ? BigInt(measured) : measured
}

function numbered(struct: object): object {
  return Object.fromEntries(
    Object.entries(struct).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : value,
    ]),
  )
}

function sameAddress(a: Address, b: unknown): boolean {
  return typeof b === 'string' && a.toLowerCase() === b.toLowerCase()
}
