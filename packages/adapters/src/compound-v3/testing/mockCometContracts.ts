import type { Address } from '@unimargin/sdk'
import { type MockBlock, type MockContract, type MockContracts, MockRevert, mockContract } from '@unimargin/sdk/testing'
import { isAddressEqual, parseAbi } from 'viem'
import * as Actions from './Actions.ts'
import * as CometMath from './CometMath.ts'
import { type CometLedger, indexOf, keyOf, type MockCometAsset, tokensOf, userOf } from './Ledger.ts'
import { refusal } from './refusal.ts'

const marketAbi = parseAbi([
  'struct AssetInfo { uint8 offset; address asset; address priceFeed; uint64 scale; uint64 borrowCollateralFactor; uint64 liquidateCollateralFactor; uint64 liquidationFactor; uint128 supplyCap; }',
  'struct TotalsBasic { uint64 baseSupplyIndex; uint64 baseBorrowIndex; uint64 trackingSupplyIndex; uint64 trackingBorrowIndex; uint104 totalSupplyBase; uint104 totalBorrowBase; uint40 lastAccrualTime; uint8 pauseFlags; }',
  'function numAssets() view returns (uint8)',
  'function baseToken() view returns (address)',
  'function baseTokenPriceFeed() view returns (address)',
  'function baseScale() view returns (uint256)',
  'function baseBorrowMin() view returns (uint256)',
  'function getAssetInfo(uint8 i) view returns (AssetInfo)',
  'function totalsBasic() view returns (TotalsBasic)',
  'function totalsCollateral(address asset) view returns (uint128, uint128)',
  'function getPrice(address priceFeed) view returns (uint256)',
  'function totalSupply() view returns (uint256)',
  'function totalBorrow() view returns (uint256)',
  'function getUtilization() view returns (uint256)',
  'function getReserves() view returns (int256)',
  'function getSupplyRate(uint256 utilization) view returns (uint64)',
  'function getBorrowRate(uint256 utilization) view returns (uint64)',
  'function supplyKink() view returns (uint256)',
  'function supplyPerSecondInterestRateBase() view returns (uint256)',
  'function supplyPerSecondInterestRateSlopeLow() view returns (uint256)',
  'function supplyPerSecondInterestRateSlopeHigh() view returns (uint256)',
  'function borrowKink() view returns (uint256)',
  'function borrowPerSecondInterestRateBase() view returns (uint256)',
  'function borrowPerSecondInterestRateSlopeLow() view returns (uint256)',
  'function borrowPerSecondInterestRateSlopeHigh() view returns (uint256)',
  'function extendedPauseFlags() view returns (uint24)',
  'function collateralsSupplyPauseFlags() view returns (uint24)',
  'function collateralsWithdrawPauseFlags() view returns (uint24)',
  'function deactivatedCollaterals() view returns (uint24)',
])
const accountAbi = parseAbi([
  'function userBasic(address account) view returns (int104, uint64, uint64, uint16, uint8)',
  'function userCollateral(address account, address asset) view returns (uint128, uint128)',
  'function balanceOf(address account) view returns (uint256)',
  'function borrowBalanceOf(address account) view returns (uint256)',
  'function isBorrowCollateralized(address account) view returns (bool)',
  'function isLiquidatable(address account) view returns (bool)',
  'function isAllowed(address owner, address manager) view returns (bool)',
])
const tokenAbi = parseAbi([
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address account) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
])
const feedAbi = parseAbi([
  'function decimals() view returns (uint8)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
])

/** Comet, its tokens and its feeds. */
export function mockCometContracts(ledger: CometLedger): MockContracts {
  const { base, collaterals } = ledger
  const assets = [base, ...collaterals]
  return {
    ...Object.fromEntries(assets.map((asset) => [asset.feed, feedOf(asset)])),
    ...Object.fromEntries(assets.map((asset) => [asset.asset, tokenOf(ledger, asset)])),
    [ledger.comet]: cometOf(ledger),
  }
}

function cometOf(ledger: CometLedger): MockContract {
  const { base, collaterals, supplyCurve, borrowCurve } = ledger
  const now = ({ timestamp }: MockBlock) => Actions.accrued(ledger, timestamp)
  const valueAt = (at: MockBlock, principal: bigint) => CometMath.presentValue(now(at), principal)
  const balance = (at: MockBlock, owner: Address) => valueAt(at, userOf(ledger, owner).principal)
  const later = (value: number | undefined) => {
    // Earlier versions hand on what they do not know to an extension, which reverts.
    if (value === undefined) throw new MockRevert()
    return value
  }
  return mockContract([...marketAbi, ...accountAbi], {
    numAssets: () => collaterals.length,
    baseToken: () => base.asset,
    baseTokenPriceFeed: () => base.feed,
    baseScale: () => 10n ** BigInt(base.decimals),
    baseBorrowMin: () => ledger.baseBorrowMin,
    getAssetInfo: ([index]) => assetInfo(ledger, index),
    totalsBasic: (_, __, { timestamp }) => ({
      baseSupplyIndex: ledger.supplyIndex,
      baseBorrowIndex: ledger.borrowIndex,
      trackingSupplyIndex: 0n,
      trackingBorrowIndex: 0n,
      totalSupplyBase: ledger.totalSupply,
      totalBorrowBase: ledger.totalBorrow,
      lastAccrualTime: Number(ledger.lastAccrualTime ?? timestamp),
      pauseFlags: ledger.pauseFlags,
    }),
    totalsCollateral: ([asset]) => [collaterals[indexOf(ledger, asset)]?.total ?? 0n, 0n] as const,
    getPrice: ([feed]) => {
      const asset = [base, ...collaterals].find((one) => isAddressEqual(one.feed, feed))
      if (asset === undefined) throw new MockRevert()
      return CometMath.priceOf(asset)
    },
    totalSupply: (_, __, at) => valueAt(at, ledger.totalSupply),
    totalBorrow: (_, __, at) => -valueAt(at, -ledger.totalBorrow),
    getUtilization: () => CometMath.utilizationOf(ledger),
    getReserves: (_, __, at) => ledger.cash - valueAt(at, ledger.totalSupply) - valueAt(at, -ledger.totalBorrow),
    getSupplyRate: ([utilization]) => CometMath.rateAt(supplyCurve, utilization),
    getBorrowRate: ([utilization]) => CometMath.rateAt(borrowCurve, utilization),
    supplyKink: () => supplyCurve.kink,
    supplyPerSecondInterestRateBase: () => supplyCurve.base,
    supplyPerSecondInterestRateSlopeLow: () => supplyCurve.low,
    supplyPerSecondInterestRateSlopeHigh: () => supplyCurve.high,
    borrowKink: () => borrowCurve.kink,
    borrowPerSecondInterestRateBase: () => borrowCurve.base,
    borrowPerSecondInterestRateSlopeLow: () => borrowCurve.low,
    borrowPerSecondInterestRateSlopeHigh: () => borrowCurve.high,
    extendedPauseFlags: () => later(ledger.extended?.flags),
    collateralsSupplyPauseFlags: () => later(ledger.extended?.supplies),
    collateralsWithdrawPauseFlags: () => later(ledger.extended?.withdrawals),
    deactivatedCollaterals: () => later(ledger.extended?.deactivated),
    userBasic: ([owner]) => {
      const bits = assetsIn(ledger, owner)
      return [userOf(ledger, owner).principal, 0n, 0n, bits & 0xffff, bits >> 16] as const
    },
    userCollateral: ([owner, asset]) => [userOf(ledger, owner).collateral[indexOf(ledger, asset)] ?? 0n, 0n] as const,
    balanceOf: ([owner], _, at) => {
      const value = balance(at, owner)
      return value > 0n ? value : 0n
    },
    borrowBalanceOf: ([owner], _, at) => {
      const value = balance(at, owner)
      return value < 0n ? -value : 0n
    },
    // Both count what is stored.
    isBorrowCollateralized: ([owner]) => CometMath.isBorrowCollateralized(ledger, owner),
    isLiquidatable: ([owner]) => CometMath.isLiquidatable(ledger, owner),
    isAllowed: ([owner, manager]) => ledger.managers.has(keyOf(owner, manager)),
  })
}

function assetInfo({ collaterals }: CometLedger, index: number) {
  const one = collaterals[index]
  if (one === undefined) throw refusal('BadAsset')
  return {
    offset: index,
    asset: one.asset,
    priceFeed: one.feed,
    scale: 10n ** BigInt(one.decimals),
    borrowCollateralFactor: one.borrowFactor,
    liquidateCollateralFactor: one.liquidateFactor,
    liquidationFactor: one.liquidationFactor,
    supplyCap: one.supplyCap,
  }
}

/** A bit for each collateral that a user has any of. */
function assetsIn(ledger: CometLedger, owner: Address): number {
  const { collateral } = userOf(ledger, owner)
  return ledger.collaterals.reduce((bits, _, index) => ((collateral[index] ?? 0n) > 0n ? bits | (1 << index) : bits), 0)
}

function tokenOf(ledger: CometLedger, { asset, symbol, decimals }: MockCometAsset): MockContract {
  return mockContract(tokenAbi, {
    name: () => symbol,
    symbol: () => symbol,
    decimals: () => decimals,
    balanceOf: ([holder]) => {
      if (!isAddressEqual(holder, ledger.comet)) return tokensOf(ledger, asset, holder)
      if (isAddressEqual(asset, ledger.base.asset)) return ledger.cash
      const { total = 0n, absorbed = 0n } = ledger.collaterals[indexOf(ledger, asset)] ?? {}
      return total + absorbed
    },
    allowance: ([owner, spender]) => ledger.allowances.get(keyOf(asset, owner, spender)) ?? 0n,
  })
}

function feedOf({ price, priceUpdatedAt }: MockCometAsset): MockContract {
  return mockContract(feedAbi, {
    decimals: () => 8,
    latestRoundData: (_, __, { timestamp }) => {
      // Some feeds know a price and no time.
      if (priceUpdatedAt === 'unknown') throw new MockRevert()
      const updatedAt = priceUpdatedAt ?? timestamp
      return [1n, price, updatedAt, updatedAt, 1n] as const
    },
  })
}
