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
import { getAddress, isAddress } from 'viem'
import { type CompoundV3LendingAdapter, type CompoundV3Parameters, compoundV3 } from '../compoundV3.ts'
import { compoundV3Lending } from '../lending.ts'
import * as Actions from './Actions.ts'
import * as CometMath from './CometMath.ts'
import { execute } from './execute.ts'
import {
  type CometLedger,
  indexOf,
  isNamed,
  type MockCometAsset,
  type MockExtendedPauses,
  tokensOf,
  userOf,
} from './Ledger.ts'
import {
  type MockCometBaseOptions,
  type MockCometCollateralOptions,
  toAsset,
  toCollateral,
  toCurve,
  toPrice,
} from './MockComet.ts'
import { mockCometContracts } from './mockCometContracts.ts'

/** What can be shut in a Comet of any version. */
export type MockCometPause = 'supply' | 'transfer' | 'withdraw' | 'absorb' | 'buy'

/** A mocked Comet, in a few words. */
export type MockCompoundV3Options = Omit<CompoundV3Parameters, 'comet' | 'lending'> & {
  /** Made of chain and name unless told. */
  readonly comet?: Address | undefined
  readonly base: MockCometBaseOptions
  /** By symbol, in Comet's order. */
  readonly collaterals: Readonly<Record<string, MockCometCollateralOptions>>
  readonly positions?: readonly MockPosition[] | undefined
  readonly paused?: readonly MockCometPause[] | undefined
  /** Bitmaps of the versions that can pause single actions and assets; earlier ones have none. */
  readonly extendedPauses?: Partial<MockExtendedPauses> | undefined
  /** 1e15 is one, and what they are unless told. */
  readonly supplyIndex?: bigint | undefined
  readonly borrowIndex?: bigint | undefined
  /** Seconds since 1970 at which interest was last accrued. Unless told, it stands still. */
  readonly lastAccrualTime?: bigint | undefined
}

/** A mocked Comet. Each change gives a new one, to be put into a chain by `chain.update(…)`. */
export interface MockCompoundV3 extends MockMarket {
  /** Reads it. */
  readonly adapter: CompoundV3LendingAdapter
  readonly withPrice: (asset: string, price: MockAmount) => MockCompoundV3
  readonly withPosition: (position: MockPosition) => MockCompoundV3
  readonly withSupply: (owner: Address, asset: Address, amount: bigint) => MockCompoundV3
  /** Of the base asset, more than is supplied is a loan. */
  readonly withWithdrawal: (owner: Address, asset: Address, amount: bigint) => MockCompoundV3
  /** Comet knows repayments only as supplies of the base asset. */
  readonly withRepayment: (owner: Address, asset: Address, amount: bigint) => MockCompoundV3
  readonly withTokens: (holder: Address, asset: Address, amount: bigint) => MockCompoundV3
  /** Accrues interest up to a time, as anybody can make the real one do. */
  readonly accruedTo: (time: bigint) => MockCompoundV3
  /** What is shut, all else open. */
  readonly withPauses: (paused: readonly MockCometPause[]) => MockCompoundV3
  /** Base units of the base asset that an owner owes, by the stored index. */
  readonly borrowedOf: (owner: Address, asset?: Address) => bigint
  /** Comet's own verdict, by the stored index. Throws a `MockRevert` over a bad price that it needs. */
  readonly isLiquidatable: (owner: Address) => boolean
  /** Base units of an asset that a holder has outside of Comet. */
  readonly tokensOf: (holder: Address, asset: Address) => bigint
  /** This Comet as it stands in the state of a chain. */
  readonly in: (state: MockState) => MockCompoundV3
}

/**
 * A mocked Comet for `mockChain`: it answers all that `compoundV3` reads, counts as Comet counts and refuses what Comet
 * refuses. Its arithmetic is its own, not the adapter's, and was held against measured answers of a real Comet.
 *
 * Interest stands still unless `lastAccrualTime` and rates are given: then it grows with the blocks, and is stored when somebody
 * moves the base asset.
 *
 * @throws InvalidAddressError when `comet`, an asset, a feed or an owner is no address.
 * @throws InvalidDecimalError when a text is no number, or has more digits than its unit.
 * @throws OutOfRangeError when a ratio is above one, or a number is negative.
 *
 * @example
 * import { mockCompoundV3 } from '@unimargin/adapters/compound-v3/testing'
 *
 * const comet = mockCompoundV3({
 *   chainId: 8453,
 *   base: { symbol: 'USDC', price: '1', decimals: 6 },
 *   collaterals: { WETH: { price: '3000', liquidationThreshold: '0.9', loanToValue: '0.85' } },
 *   positions: [
 *     { owner: '0x2222222222222222222222222222222222222222', supply: { WETH: '1.5' }, borrow: { USDC: '1200' } },
 *   ],
 * })
 * comet.isLiquidatable('0x2222222222222222222222222222222222222222') // false
 */
export function mockCompoundV3(options: MockCompoundV3Options): MockCompoundV3 {
  const { chainId, base, collaterals, positions = [], extendedPauses } = options
  const name = options.name ?? `Mock Comet ${chainId}`
  const adapter = compoundV3({
    ...options,
    name,
    comet: options.comet ?? mockAddress(`compound-v3:${chainId}:${name}`),
    lending: compoundV3Lending,
  })
  const comet = getAddress(adapter.market.id)
  const where = { chainId, comet }
  const asset = toAsset(where, base.symbol, base)
  const [liquidity, borrowed] = [base.liquidity ?? '1000000', base.borrowed ?? '0'].map((amount) =>
    toBaseUnits(amount, asset.decimals),
  )
  const empty: CometLedger = {
    ...where,
    name,
    base: asset,
    collaterals: Object.entries(collaterals).map(([symbol, one]) => toCollateral(where, symbol, one)),
    supplyCurve: toCurve(base.supplyRate),
    borrowCurve: toCurve(base.borrowRate),
    baseBorrowMin: toBaseUnits(base.minimum ?? 1n, asset.decimals),
    supplyIndex: options.supplyIndex ?? 10n ** 15n,
    borrowIndex: options.borrowIndex ?? 10n ** 15n,
    lastAccrualTime: options.lastAccrualTime,
    totalSupply: 0n,
    totalBorrow: 0n,
    cash: liquidity ?? 0n,
    pauseFlags: flagsOf(options.paused ?? []),
    extended:
      extendedPauses === undefined
        ? undefined
        : { flags: 0, supplies: 0, withdrawals: 0, deactivated: 0, ...extendedPauses },
    users: new Map(),
    allowances: new Map(),
    managers: new Set(),
    tokens: new Map(),
  }
  const ledger = {
    ...empty,
    totalSupply: CometMath.principalValue(empty, (liquidity ?? 0n) + (borrowed ?? 0n)),
    totalBorrow: -CometMath.principalValue(empty, -(borrowed ?? 0n)),
  }
  return positions.reduce<MockCompoundV3>(
    (current, position) => current.withPosition(position),
    marketOf(ledger, adapter),
  )
}

/** The Comets that were made here, so that one can be found again in the state of a chain. */
const made = new WeakMap<object, MockCompoundV3>()

/** A mocked market of a ledger. */
export function marketOf(ledger: CometLedger, adapter: CompoundV3LendingAdapter): MockCompoundV3 {
  const { market } = adapter
  const { chainId, base, collaterals } = ledger
  const all = [base, ...collaterals]
  const assetOf = (asset: string): MockCometAsset => {
    const found = all.find((one) => isNamed(one, asset))
    if (found === undefined) throw new UnknownMockAssetError({ asset, known: all.map(({ symbol }) => symbol) })
    return found
  }
  const changed = (next: CometLedger): MockCompoundV3 => marketOf(next, adapter)
  const assets: readonly Asset[] = all.map(({ asset: address, symbol, decimals }) => ({
    chainId,
    address,
    symbol,
    decimals,
  }))
  let contracts: MockContracts | undefined
  const comet: MockCompoundV3 = {
    key: market.key,
    market,
    adapter,
    assets,
    contracts: () => {
      contracts ??= mockCometContracts(ledger)
      return contracts
    },
    execute: (transaction, _, at): MockEffects | undefined => {
      const executed = execute(ledger, transaction, at)
      return executed === undefined ? undefined : { ...executed, parts: [changed(executed.ledger)] }
    },
    withPrice: (asset, price) => changed(withPrice(ledger, assetOf(asset), toPrice(price))),
    withPosition: (position) => changed(withPosition(ledger, position, assetOf)),
    withSupply: (owner, asset, amount) =>
      changed(Actions.supply(ledger, undefined, owner, assetOf(asset).asset, amount).ledger),
    withWithdrawal: (owner, asset, amount) =>
      changed(Actions.withdraw(ledger, undefined, owner, assetOf(asset).asset, amount).ledger),
    withRepayment: (owner, asset, amount) => comet.withSupply(owner, asset, amount),
    withTokens: (holder, asset, amount) => changed(Actions.withTokens(ledger, holder, assetOf(asset).asset, amount)),
    accruedTo: (time) => changed(CometMath.accruedTo(ledger, time)),
    withPauses: (paused) => changed({ ...ledger, pauseFlags: flagsOf(paused) }),
    suppliedOf: (owner, asset) => {
      if (!isNamed(base, asset)) return userOf(ledger, owner).collateral[indexOf(ledger, assetOf(asset).asset)] ?? 0n
      const value = CometMath.presentValue(ledger, userOf(ledger, owner).principal)
      return value > 0n ? value : 0n
    },
    borrowedOf: (owner, asset) => {
      if (asset !== undefined && !isNamed(base, asset)) return 0n
      const value = CometMath.presentValue(ledger, userOf(ledger, owner).principal)
      return value < 0n ? -value : 0n
    },
    isLiquidatable: (owner) => CometMath.isLiquidatable(ledger, owner),
    isCollateral: (_, asset) => !isNamed(base, asset),
    tokensOf: (holder, asset) => tokensOf(ledger, asset, holder),
    in: (state) => {
      const part = state.get(market.key)
      return (part === undefined ? undefined : made.get(part)) ?? comet
    },
  }
  made.set(comet, comet)
  return comet
}

/** The feed is updated with it: its age is that of the block again, unless it tells none. */
function withPrice(ledger: CometLedger, { symbol, priceUpdatedAt }: MockCometAsset, price: bigint): CometLedger {
  const update = <asset extends MockCometAsset>(one: asset): asset =>
    one.symbol === symbol
      ? { ...one, price, priceUpdatedAt: priceUpdatedAt === 'unknown' ? 'unknown' : undefined }
      : one
  return { ...ledger, base: update(ledger.base), collaterals: ledger.collaterals.map(update) }
}

/** Whatever Comet would say to it: a test may put anybody into any trouble. A supply of the base asset and a debt are one number. */
function withPosition(
  ledger: CometLedger,
  { owner, supply = {}, borrow = {} }: MockPosition,
  assetOf: (asset: string) => MockCometAsset,
): CometLedger {
  if (!isAddress(owner, { strict: false })) throw new InvalidAddressError({ parameter: 'owner', value: owner })
  const before = userOf(ledger, owner)
  let next = ledger
  for (const [index, balance] of Object.entries(before.collateral)) {
    next = Actions.withCollateral(next, owner, Number(index), -balance)
  }
  let net = 0n
  for (const [name, amount] of Object.entries(supply)) {
    const { asset, decimals } = assetOf(name)
    const units = toBaseUnits(amount, decimals)
    if (isNamed(ledger.base, asset)) net += units
    else next = Actions.withCollateral(next, owner, indexOf(ledger, asset), units)
  }
  for (const [name, amount] of Object.entries(borrow)) {
    const { asset, symbol, decimals } = assetOf(name)
    if (!isNamed(ledger.base, asset)) throw new UnknownMockAssetError({ asset: symbol, known: [ledger.base.symbol] })
    net -= toBaseUnits(amount, decimals)
  }
  const moved = net - CometMath.presentValue(next, before.principal)
  const cash = next.cash + moved
  return { ...Actions.withPrincipal(next, owner, CometMath.principalValue(next, net)), cash: cash > 0n ? cash : 0n }
}

const PAUSES: readonly MockCometPause[] = ['supply', 'transfer', 'withdraw', 'absorb', 'buy']

function flagsOf(paused: readonly MockCometPause[]): number {
  return paused.reduce((flags, pause) => flags | (1 << PAUSES.indexOf(pause)), 0)
}
