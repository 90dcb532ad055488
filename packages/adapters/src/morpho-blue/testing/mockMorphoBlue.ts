import { type Address, type Asset, InvalidAddressError } from '@unimargin/sdk'
import {
  type MockAmount,
  type MockContracts,
  type MockEffects,
  type MockMarket,
  type MockPosition,
  type MockState,
  mockAddress,
  toBaseUnits,
  UnknownMockAssetError,
} from '@unimargin/sdk/testing'
import { encodeAbiParameters, getAddress, isAddress, keccak256 } from 'viem'
import { YEAR } from '../Accrual.ts'
import { marketParams } from '../abi.ts'
import { adaptiveCurve } from '../adaptiveCurve.ts'
import { morphoBlueLending } from '../lending.ts'
import { type MorphoBlueLendingAdapter, type MorphoBlueParameters, morphoBlue } from '../morphoBlue.ts'
import { priceDecimals } from '../rule.ts'
import { moved, toAssetsDown, toAssetsUp } from '../SharesMath.ts'
import * as Actions from './Actions.ts'
import { contractsOf } from './contracts.ts'
import { execute } from './execute.ts'
import { accruedAt, assetOf, isLoan, type Ledger, tokensOf, userOf, withTokens, withUser } from './Ledger.ts'

/** One of the two tokens of a mocked market. */
export type MockMorphoToken = {
  readonly symbol: string
  /** 18 unless told. */
  readonly decimals?: number | undefined
  /** Made of chain, market and symbol unless told. */
  readonly address?: Address | undefined
}

/** A mocked Morpho Blue market, in a few words. */
export type MockMorphoBlueOptions = Pick<
  MorphoBlueParameters,
  'chainId' | 'heartbeats' | 'defaultHeartbeat' | 'liquidation'
> & {
  readonly name?: string | undefined
  /** Morpho's contract; made of chain and name unless told: a mocked one holds a single market. */
  readonly morpho?: Address | undefined
  readonly collateral: MockMorphoToken
  /** `dollars` is what one of them is worth for sums over markets; 1 unless told. */
  readonly loan: MockMorphoToken & { readonly dollars?: MockAmount | undefined }
  /** Loan tokens per collateral token, as a decimal text or WAD. */
  readonly price: MockAmount
  /** Liquidation loan-to-value, `0.86` unless told. */
  readonly lltv?: MockAmount | undefined
  /** What others have supplied of the loan token; a million unless told. */
  readonly liquidity?: MockAmount | undefined
  /** The protocol's share of the interest; nothing unless told. */
  readonly fee?: MockAmount | undefined
  /** Who gets that share; made of chain and name unless told. */
  readonly feeRecipient?: Address | undefined
  /** Rate per year at 90 % utilisation; 4 % unless told. */
  readonly rateAtTarget?: MockAmount | undefined
  /** Whether the adapter knows the market's interest rate model; yes unless told. */
  readonly isModelKnown?: boolean | undefined
  /** Seconds since 1970 of the market's last update: interest runs from then on. With the first transaction unless told. */
  readonly updatedAt?: bigint | undefined
  readonly positions?: readonly MockPosition[] | undefined
}

/** A mocked Morpho Blue market. Each change gives a new one, to be put into a chain by `chain.update(…)`. */
export interface MockMorphoBlue extends MockMarket {
  /** Reads it. */
  readonly adapter: MorphoBlueLendingAdapter
  /** Its contracts, for a test that looks at one by itself. */
  readonly addresses: {
    readonly morpho: Address
    readonly oracle: Address
    readonly interestRateModel: Address
    readonly feed: Address
    readonly collateral: Address
    readonly loan: Address
  }
  /** Of the collateral in loan tokens, or of the loan token in dollars. */
  readonly withPrice: (asset: string, price: MockAmount) => MockMorphoBlue
  /** The oracle reverts. */
  readonly withoutPrice: () => MockMorphoBlue
  /** The oracle's feed was updated at this time, seconds since 1970. */
  readonly withPriceAt: (updatedAt: bigint) => MockMorphoBlue
  readonly withPosition: (position: MockPosition) => MockMorphoBlue
  readonly withSupply: (owner: Address, asset: Address, amount: bigint) => MockMorphoBlue
  readonly withWithdrawal: (owner: Address, asset: Address, amount: bigint) => MockMorphoBlue
  /** As of the market's last update; all of a debt goes by its shares. */
  readonly withRepayment: (owner: Address, asset: Address, amount: bigint) => MockMorphoBlue
  readonly withTokens: (holder: Address, asset: Address, amount: bigint) => MockMorphoBlue
  /** With the interest booked up to a time, as anybody can have it booked. */
  readonly accruedAt: (timestamp: bigint) => MockMorphoBlue
  /** As of the market's last update. */
  readonly healthOf: (owner: Address) => bigint
  /** Base units that an owner owes, as of the market's last update. */
  readonly borrowedOf: (owner: Address, asset?: Address) => bigint
  readonly tokensOf: (holder: Address, asset: Address) => bigint
  /** This market as it stands in the state of a chain. */
  readonly in: (state: MockState) => MockMorphoBlue
}

/**
 * A mocked Morpho Blue market for `mockChain`: it answers all that `morphoBlue` reads, counts as Morpho counts, refuses what
 * Morpho refuses, and accrues interest by the Adaptive Curve from block to block.
 *
 * Positions by symbol: `supply` of the collateral token backs a debt, of the loan token it is lent.
 *
 * @throws InvalidAddressError when an address is none.
 * @throws InvalidDecimalError when a text is no number, or has more digits than its unit.
 *
 * @example
 * import { mockMorphoBlue } from '@unimargin/adapters/morpho-blue/testing'
 *
 * const morpho = mockMorphoBlue({
 *   chainId: 8453,
 *   collateral: { symbol: 'WETH' },
 *   loan: { symbol: 'USDC', decimals: 6 },
 *   price: '3000',
 *   positions: [
 *     { owner: '0x2222222222222222222222222222222222222222', supply: { WETH: '1' }, borrow: { USDC: '1290' } },
 *   ],
 * })
 * morpho.healthOf('0x2222222222222222222222222222222222222222') // 2e18
 */
export function mockMorphoBlue(options: MockMorphoBlueOptions): MockMorphoBlue {
  const { chainId, positions = [], isModelKnown = true, liquidity = '1000000', lltv = '0.86' } = options
  const name = options.name ?? `Mock ${options.collateral.symbol}/${options.loan.symbol}`
  const make = (kind: string) => mockAddress(`morpho-blue:${chainId}:${name}:${kind}`)
  const tokenOf = ({ symbol, decimals = 18, address = make(symbol) }: MockMorphoToken): Asset => ({
    chainId,
    address: checked(symbol, address),
    symbol,
    decimals,
  })
  const [collateral, loan] = [tokenOf(options.collateral), tokenOf(options.loan)]
  const [oracle, irm, dollarOracle] = [make('oracle'), make('irm'), make('dollars')]
  const threshold = toBaseUnits(lltv, 18)
  const values = [loan.address, collateral.address, oracle, irm, threshold] as const
  const marketId = keccak256(encodeAbiParameters(marketParams, values))
  const supplied = toBaseUnits(liquidity, loan.decimals)
  const ledger: Ledger = {
    morpho: checked('morpho', options.morpho ?? make('morpho')),
    marketId,
    loan,
    collateral,
    oracle,
    irm,
    lltv: threshold,
    feeRecipient: checked('feeRecipient', options.feeRecipient ?? make('fees')),
    model: adaptiveCurve,
    modelState: toBaseUnits(options.rateAtTarget ?? '0.04', 18) / YEAR,
    totals: {
      supply: { assets: supplied, shares: supplied * 10n ** 6n },
      borrow: { assets: 0n, shares: 0n },
      lastUpdate: options.updatedAt ?? 0n,
      fee: toBaseUnits(options.fee ?? 0n, 18),
    },
    users: new Map(),
    price: inOracleUnits(options.price, loan, collateral),
    dollarOracle,
    dollarPrice: dollarsOf(options.loan.dollars ?? '1'),
    feeds: [{ address: make('feed'), updatedAt: undefined }],
    tokens: new Map(),
    allowances: new Map(),
    operators: new Set(),
  }
  const adapter = morphoBlue({
    ...options,
    name,
    morpho: ledger.morpho,
    marketId,
    adaptiveCurveIrm: isModelKnown ? irm : undefined,
    dollarOracle,
    lending: morphoBlueLending,
  })
  const market = marketOf(ledger, adapter)
  return positions.reduce<MockMorphoBlue>((current, position) => current.withPosition(position), market)
}

/** The markets that were made here, so that one can be found again in the state of a chain. */
const made = new WeakMap<object, MockMorphoBlue>()

function marketOf(ledger: Ledger, adapter: MorphoBlueLendingAdapter): MockMorphoBlue {
  const { market } = adapter
  const { collateral, loan } = ledger
  const changed = (next: Ledger): MockMorphoBlue => marketOf(next, adapter)
  let contracts: MockContracts | undefined
  const [feed] = ledger.feeds
  const morpho: MockMorphoBlue = {
    key: market.key,
    market,
    adapter,
    assets: [collateral, loan],
    addresses: {
      morpho: ledger.morpho,
      oracle: ledger.oracle,
      interestRateModel: ledger.irm,
      feed: feed?.address ?? ledger.oracle,
      collateral: collateral.address,
      loan: loan.address,
    },
    contracts: () => {
      contracts ??= contractsOf(ledger)
      return contracts
    },
    execute: (transaction, _, at): MockEffects | undefined => {
      const executed = execute(ledger, transaction, at)
      return executed && { ...executed, parts: [changed(executed.ledger)] }
    },
    withPrice: (asset, price) =>
      isLoan(ledger, assetOf(ledger, asset).address)
        ? changed({ ...ledger, dollarPrice: dollarsOf(price) })
        : changed({ ...ledger, price: inOracleUnits(price, loan, collateral) }),
    withoutPrice: () => changed({ ...ledger, price: undefined }),
    withPriceAt: (updatedAt) => changed({ ...ledger, feeds: ledger.feeds.map((one) => ({ ...one, updatedAt })) }),
    withPosition: (position) => changed(withPosition(ledger, position)),
    withSupply: (owner, asset, amount) =>
      changed(
        isLoan(ledger, asset) ? Actions.supply(ledger, owner, amount) : Actions.supplyCollateral(ledger, owner, amount),
      ),
    withWithdrawal: (owner, asset, amount) =>
      changed(
        isLoan(ledger, asset)
          ? Actions.withdraw(ledger, owner, { assets: amount, shares: 0n }).ledger
          : Actions.withdrawCollateral(ledger, owner, amount),
      ),
    withRepayment: (owner, asset, amount) => {
      const { borrowShares: shares } = userOf(ledger, owner)
      const isAll = amount >= morpho.borrowedOf(owner, asset)
      const much = isAll ? { assets: 0n, shares } : { assets: amount, shares: 0n }
      return changed(Actions.repay(ledger, owner, much).ledger)
    },
    withTokens: (holder, asset, amount) => changed(withTokens(ledger, holder, asset, amount)),
    suppliedOf: (owner, asset) => {
      const { supplyShares, collateral: held } = userOf(ledger, owner)
      return isLoan(ledger, asset) ? toAssetsDown(supplyShares, ledger.totals.supply) : held
    },
    borrowedOf: (owner, asset) =>
      asset === undefined || isLoan(ledger, asset)
        ? toAssetsUp(userOf(ledger, owner).borrowShares, ledger.totals.borrow)
        : 0n,
    tokensOf: (holder, asset) => tokensOf(ledger, asset, holder),
    accruedAt: (timestamp) => changed(accruedAt(ledger, timestamp)),
    healthOf: (owner) => Actions.healthOf(ledger, owner),
    isCollateral: (_, asset) => !isLoan(ledger, asset),
    in: (state) => {
      const part = state.get(market.key)
      return (part === undefined ? undefined : made.get(part)) ?? morpho
    },
  }
  made.set(morpho, morpho)
  return morpho
}

/** Whatever Morpho would say to it: a test may put anybody into any trouble. What the owner had goes first. */
function withPosition(ledger: Ledger, { owner, supply = {}, borrow = {} }: MockPosition): Ledger {
  if (!isAddress(owner, { strict: false })) throw new InvalidAddressError({ parameter: 'owner', value: owner })
  const { supplyShares, borrowShares } = userOf(ledger, owner)
  const { totals } = ledger
  const repaid = toAssetsUp(borrowShares, totals.borrow)
  let next: Ledger = withUser(ledger, owner, { supplyShares: 0n, borrowShares: 0n, collateral: 0n })
  next = {
    ...next,
    totals: {
      ...totals,
      supply: {
        assets: totals.supply.assets - toAssetsDown(supplyShares, totals.supply),
        shares: totals.supply.shares - supplyShares,
      },
      borrow: {
        assets: totals.borrow.assets > repaid ? totals.borrow.assets - repaid : 0n,
        shares: totals.borrow.shares - borrowShares,
      },
    },
  }
  for (const [name, amount] of Object.entries(supply)) {
    const { address, decimals } = assetOf(ledger, name)
    const units = toBaseUnits(amount, decimals)
    if (units === 0n) continue
    next = isLoan(ledger, address) ? Actions.supply(next, owner, units) : Actions.supplyCollateral(next, owner, units)
  }
  for (const [name, amount] of Object.entries(borrow)) {
    const { address, decimals } = assetOf(ledger, name)
    const units = toBaseUnits(amount, decimals)
    if (!isLoan(ledger, address)) throw new UnknownMockAssetError({ asset: name, known: [ledger.loan.symbol] })
    if (units > 0n) next = Actions.owe(next, owner, units)
  }
  // What is lent has been supplied: by others, where nobody said.
  const { supply: side, borrow: owed } = next.totals
  if (owed.assets <= side.assets) return next
  const lent = moved({ side, shares: 0n }, 'supply', owed.assets - side.assets)
  return { ...next, totals: { ...next.totals, supply: lent.side } }
}

function checked(parameter: string, address: Address): Address {
  if (!isAddress(address, { strict: false })) throw new InvalidAddressError({ parameter, value: address })
  return getAddress(address)
}

function inOracleUnits(price: MockAmount, loan: Asset, collateral: Asset): bigint {
  const decimals = priceDecimals(loan.decimals, collateral.decimals)
  const wad = toBaseUnits(price, 18)
  return decimals >= 18 ? wad * 10n ** BigInt(decimals - 18) : wad / 10n ** BigInt(18 - decimals)
}

/** A text of up to 8 decimals, or WAD: in the oracle's unit. */
function dollarsOf(price: MockAmount): bigint {
  return typeof price === 'bigint' ? toBaseUnits(price, 18) / 10n ** 10n : toBaseUnits(price, 8)
}
