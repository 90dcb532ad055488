import type { Address } from '@unimargin/sdk'
import { type MockBlock, type MockContract, type MockContracts, MockRevert, mockContract } from '@unimargin/sdk/testing'
import { maxUint256, parseAbi } from 'viem'
import { comptrollerAbi, marketsAbi, oracleAbi, tokenAbi } from '../abi.ts'
import { liquidationAbi, seizeShareAbi } from '../liquidationReads.ts'
import { rateModelAbi } from '../rateModelAbi.ts'
import { accountOf, findToken, holdingOf, keyOf, type Ledger, owedOf, sharesOf, userOf } from './Ledger.ts'
import * as MockToken from './MockToken.ts'
import * as TokenMath from './TokenMath.ts'

const accountAbi = parseAbi([
  'function getAccountLiquidity(address) view returns (uint256, uint256, uint256)',
  'error PriceError(address vToken)',
])
/** What people ask a token, and the adapter does not. */
const supplyRateAbi = parseAbi([
  'function supplyRatePerBlock() view returns (uint256)',
  'function supplyRatePerTimestamp() view returns (uint256)',
])
const assetAbi = parseAbi([
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function balanceOf(address account) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
])
const numbers = ['supply', 'withdraw', 'borrow', 'repay', 'seize', 'liquidate', undefined, 'enter'] as const

/** The Comptroller, its oracle, its tokens with their models, and the assets, as they answer in a block. */
export function mockContracts(ledger: Ledger, at: MockBlock): MockContracts {
  return {
    [ledger.comptroller]: comptrollerOf(ledger),
    [ledger.oracle]: mockContract(oracleAbi, {
      getUnderlyingPrice: ([token]) => found(ledger, token).price,
    }),
    ...Object.fromEntries(
      ledger.tokens.flatMap((token) => [
        [token.token, tokenOf(ledger, token, at)],
        [token.model, modelOf(ledger, token)],
        ...(token.options.isCoin ? [] : [[token.asset, assetOf(ledger, token)]]),
      ]),
    ),
  }
}

function comptrollerOf(ledger: Ledger): MockContract {
  const isVenus = ledger.flavour === 'venus-isolated'
  const cap = (value: bigint | undefined) => {
    if (isVenus) return value ?? maxUint256
    return value === undefined ? 0n : value + 1n
  }
  const paused = (token: Address, action: (typeof numbers)[number]) =>
    action !== undefined && (found(ledger, token).options.paused?.includes(action) ?? false)
  const common = mockContract([...comptrollerAbi, ...liquidationAbi, ...accountAbi], {
    getAllMarkets: () => ledger.tokens.map(({ token }) => token),
    oracle: () => ledger.oracle,
    liquidationIncentiveMantissa: () => ledger.incentive,
    closeFactorMantissa: () => ledger.closeFactor,
    minLiquidatableCollateral: () => ledger.leastCollateral,
    seizeGuardianPaused: () => ledger.tokens.some(({ options }) => options.paused?.includes('seize')),
    getAssetsIn: ([owner]) => userOf(ledger, owner).entered,
    supplyCaps: ([token]) => cap(found(ledger, token).options.supplyCap),
    borrowCaps: ([token]) => cap(found(ledger, token).options.borrowCap),
    isForcedLiquidationEnabled: ([token]) => found(ledger, token).options.isLiquidationForced ?? false,
    actionPaused: ([token, action]) => paused(token, numbers[action]),
    mintGuardianPaused: ([token]) => paused(token, 'supply'),
    borrowGuardianPaused: ([token]) => paused(token, 'borrow'),
    getAccountLiquidity: ([owner]) => {
      const account = accountOf(ledger, owner, 'liquidationThreshold')
      if (account === undefined) throw MockRevert.error(accountAbi, 'PriceError', [ledger.comptroller])
      const free = account.weighted - account.owed
      return [0n, free > 0n ? free : 0n, free < 0n ? -free : 0n] as const
    },
  })
  const listed = (token: Address) => found(ledger, token).options.isListed ?? true
  const factor = (token: Address) => found(ledger, token).collateralFactor
  const markets = {
    'venus-isolated': mockContract(marketsAbi['venus-isolated'], {
      markets: ([token]) => [listed(token), factor(token), found(ledger, token).liquidationThreshold] as const,
    }),
    moonwell: mockContract(marketsAbi.moonwell, { markets: ([token]) => [listed(token), factor(token)] as const }),
    compound: mockContract(marketsAbi.compound, {
      markets: ([token]) => [listed(token), factor(token), false] as const,
    }),
  }[ledger.flavour]
  // The selector of `markets`, whose result differs by flavour.
  return (call, block) => (call.data.startsWith('0x8e8f294b') ? markets(call, block) : common(call, block))
}

function tokenOf(ledger: Ledger, stored: MockToken.MockToken, at: MockBlock): MockContract {
  const family = MockToken.familyOf(ledger.flavour)
  const slot = MockToken.slotOf(ledger.flavour, at)
  const current = MockToken.accrued(stored, family, slot)
  const { books } = stored
  const borrowRate = () => MockToken.borrowRateOf(stored, family)
  const supplyRate = () => TokenMath.supplyRate(stored.line, books, stored.reserveFactor, family)
  return mockContract([...tokenAbi, ...seizeShareAbi, ...supplyRateAbi], {
    protocolSeizeShareMantissa: () => stored.seizeShare,
    underlying: () => {
      if (stored.options.isCoin) throw new MockRevert()
      return stored.asset
    },
    interestRateModel: () => stored.model,
    isTimeBased: () => true,
    blocksOrSecondsPerYear: () => MockToken.SLOTS_PER_YEAR,
    getCash: () => books.cash,
    totalBorrows: () => books.borrows,
    totalReserves: () => books.reserves,
    totalSupply: () => books.supply,
    badDebt: () => books.badDebt,
    reserveFactorMantissa: () => stored.reserveFactor,
    accrualBlockNumber: () => stored.accruedAt ?? slot,
    accrualBlockTimestamp: () => stored.accruedAt ?? slot,
    borrowRatePerBlock: borrowRate,
    borrowRatePerTimestamp: borrowRate,
    supplyRatePerBlock: supplyRate,
    supplyRatePerTimestamp: supplyRate,
    getAccountSnapshot: ([owner]) =>
      [0n, sharesOf(ledger, owner, stored), owedOf(ledger, owner, stored), MockToken.rateOf(stored)] as const,
    exchangeRateCurrent: () => MockToken.rateOf(current),
    borrowBalanceCurrent: ([owner]) => owedOf(ledger, owner, current),
  })
}

function modelOf({ flavour }: Ledger, { line: { base, slope } }: MockToken.MockToken): MockContract {
  const jump = () => 0n
  return mockContract(rateModelAbi, {
    ...(flavour === 'moonwell'
      ? {
          baseRatePerTimestamp: () => base,
          multiplierPerTimestamp: () => slope,
          jumpMultiplierPerTimestamp: jump,
        }
      : { baseRatePerBlock: () => base, multiplierPerBlock: () => slope, jumpMultiplierPerBlock: jump }),
    kink: () => NEVER,
    ...twoKinks,
  })
}

/** No utilisation is above it: the model is a line. */
const NEVER = 2n ** 128n

const absent = (): never => {
  throw new MockRevert()
}

/** A model with one kink has none of these. */
const twoKinks = {
  BASE_RATE_PER_BLOCK_OR_SECOND: absent,
  MULTIPLIER_PER_BLOCK_OR_SECOND: absent,
  KINK_1: absent,
  BASE_RATE_2_PER_BLOCK_OR_SECOND: absent,
  MULTIPLIER_2_PER_BLOCK_OR_SECOND: absent,
  KINK_2: absent,
  JUMP_MULTIPLIER_PER_BLOCK_OR_SECOND: absent,
}

function assetOf(ledger: Ledger, { symbol, decimals, asset, token, books }: MockToken.MockToken): MockContract {
  return mockContract(assetAbi, {
    symbol: () => symbol,
    decimals: () => decimals,
    balanceOf: ([holder]) =>
      holder.toLowerCase() === token.toLowerCase() ? books.cash : holdingOf(ledger, asset, holder),
    allowance: ([owner, spender]) => ledger.allowances.get(keyOf(asset, owner, spender)) ?? 0n,
  })
}

function found(ledger: Ledger, token: Address): MockToken.MockToken {
  const one = findToken(ledger, token)
  if (one === undefined) throw new MockRevert()
  return one
}
