import { type Address, type Asset, InvalidAddressError } from '@unimargin/sdk'
import {
  type MockAmount,
  type MockContracts,
  type MockEffects,
  type MockMarket,
  type MockPosition,
  type MockSpending,
  type MockState,
  mockAddress,
  toBaseUnits,
  UnknownMockAssetError,
} from '@unimargin/sdk/testing'
import { getAddress, isAddress } from 'viem'
import { type AaveV3LendingAdapter, type AaveV3Parameters, aaveV3 } from '../aaveV3.ts'
import { aaveV3Lending } from '../lending.ts'
import * as AccountData from './AccountData.ts'
import * as Actions from './Actions.ts'
import { execute } from './execute.ts'
import {
  borrowedOf,
  findReserve,
  keyOf,
  type Ledger,
  type MockVersion,
  suppliedOf,
  tokensOf,
  userOf,
  withReserve,
  withUser,
} from './Ledger.ts'
import * as MockCategory from './MockCategory.ts'
import * as MockReserve from './MockReserve.ts'
import { mockOracleContracts } from './mockOracleContracts.ts'
import { mockPoolContracts } from './mockPoolContracts.ts'
import { mockTokenContracts } from './mockTokenContracts.ts'
import * as Permit from './Permit.ts'
import * as UserBits from './UserBits.ts'

/** A mocked Aave V3 pool, in a few words. */
export type MockAaveV3Options = Omit<AaveV3Parameters, 'pool' | 'lending'> & {
  /** Made of chain and name unless told. */
  readonly pool?: Address | undefined
  /** By symbol; they get the ids of a pool in this order. */
  readonly reserves: Readonly<Record<string, MockReserve.MockReserveOptions>>
  /** E-mode categories by id. */
  readonly eModes?: Readonly<Record<number, MockCategory.MockCategoryOptions>> | undefined
  readonly positions?: readonly MockAaveV3Position[] | undefined
  /** `3.0` unless told: each reserve names its e-mode. From `3.2` on e-modes list their reserves. */
  readonly version?: MockVersion | undefined
}

/** What an owner has in a mocked pool. It replaces what the owner had. */
export type MockAaveV3Position = MockPosition & {
  readonly eMode?: number | undefined
  /** Symbols or addresses that count as collateral; what Aave counts by itself unless told. */
  readonly collateral?: readonly string[] | undefined
}

/** A mocked Aave V3 pool. Each change gives a new one, to be put into a chain by `chain.update(…)`. */
export interface MockAaveV3 extends MockMarket {
  /** Reads it. */
  readonly adapter: AaveV3LendingAdapter
  /** Its contracts, for a test that looks at one by itself. */
  readonly addresses: {
    readonly pool: Address
    readonly addressesProvider: Address
    readonly oracle: Address
    readonly reserves: Readonly<
      Record<string, Pick<MockReserve.MockReserve, 'asset' | 'aToken' | 'variableDebtToken' | 'feed'>>
    >
  }
  /** The feed is updated with it: its age is that of the block again, unless it tells none. */
  readonly withPrice: (asset: string, price: MockAmount) => MockAaveV3
  readonly withPosition: (position: MockAaveV3Position) => MockAaveV3
  readonly withSupply: (owner: Address, asset: Address, amount: bigint) => MockAaveV3
  readonly withWithdrawal: (owner: Address, asset: Address, amount: bigint) => MockAaveV3
  readonly withRepayment: (owner: Address, asset: Address, amount: bigint) => MockAaveV3
  readonly withTokens: (holder: Address, asset: Address, amount: bigint) => MockAaveV3
  readonly withSpending: (spending: MockSpending) => MockAaveV3
  readonly healthOf: (owner: Address) => bigint
  readonly isCollateral: (owner: Address, asset: Address) => boolean
  readonly pulling: NonNullable<MockMarket['pulling']>
  /** A reserve by symbol with some of its options changed: frozen, a cap, an index, the time of its price. */
  readonly withReserve: (symbol: string, changes: Partial<MockReserve.MockReserveOptions>) => MockAaveV3
  /** Base units that an owner owes of an asset. */
  readonly borrowedOf: (owner: Address, asset: Address) => bigint
  /** Base units of an asset that a holder has outside of the pool. */
  readonly tokensOf: (holder: Address, asset: Address) => bigint
  /** This pool as it stands in the state of a chain: `aave.in(chain.state)`. */
  readonly in: (state: MockState) => MockAaveV3
}

/**
 * A mocked Aave V3 pool for `mockChain`: it answers all that `aaveV3` reads, counts as Aave counts and refuses what Aave
 * refuses. Without an EVM, and without interest by itself: indices stand still until a test changes them.
 *
 * It is also the example for the market of another protocol. A `MockMarket` is a `MockPart` with (1) `market`, with the
 * same key as the adapter's, and `assets`; (2) `contracts(at)`: by address, whatever its adapter reads, best made by
 * `mockContract(abi, { … })` from the adapter's own ABIs; (3) `withPrice`, `withPosition`, `withSupply` and
 * `withWithdrawal`, each of which gives a new market and throws a `MockRevert` where the protocol would refuse; and
 * `suppliedOf`. For more of a move: `healthOf`, `pulling` (receipt tokens that a router pulls), `borrowedOf` and
 * `withRepayment`, `withTokens`, `withSpending`, and `execute` for what wallets send to it.
 *
 * @throws InvalidAddressError when `pool`, an asset, a feed or an owner is no address.
 * @throws InvalidDecimalError when a text is no number, or has more digits than its unit.
 * @throws OutOfRangeError when a ratio is above one, a cap does not fit, or a number is negative.
 *
 * @example
 * import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
 *
 * const aave = mockAaveV3({
 *   chainId: 42161,
 *   reserves: {
 *     WETH: { price: '3000', liquidationThreshold: '0.825', loanToValue: '0.8' },
 *     USDC: { price: '1', decimals: 6, liquidationThreshold: '0.78' },
 *   },
 *   positions: [
 *     { owner: '0x2222222222222222222222222222222222222222', supply: { WETH: '1.5' }, borrow: { USDC: '1200' } },
 *   ],
 * })
 * aave.healthOf('0x2222222222222222222222222222222222222222') // 3_093_750_000_000_000_000n
 */
export function mockAaveV3(options: MockAaveV3Options): MockAaveV3 {
  const { chainId, version = '3.0', reserves, eModes = {}, positions = [] } = options
  const name = options.name ?? `Mock ${chainId}`
  const given = options.pool ?? mockAddress(`aave-v3:${chainId}:${name}:pool`)
  const adapter = aaveV3({ ...options, name, pool: given, lending: aaveV3Lending })
  const pool = getAddress(adapter.market.id)
  const where = { chainId, pool, name }
  const empty: Ledger = {
    ...where,
    addressesProvider: mockAddress(`aave-v3:${chainId}:${pool}:addressesProvider`),
    oracle: mockAddress(`aave-v3:${chainId}:${pool}:oracle`),
    strategy: mockAddress(`aave-v3:${chainId}:${pool}:strategy`),
    version,
    reserves: Object.entries(reserves).map(([symbol, reserve], id) => MockReserve.make(where, id, symbol, reserve)),
    categories: Object.entries(eModes).map(([id, category]) => MockCategory.make(Number(id), category)),
    users: new Map(),
    allowances: new Map(),
    nonces: new Map(),
    tokens: new Map(),
  }
  const market = marketOf(empty, adapter)
  return positions.reduce<MockAaveV3>((current, position) => current.withPosition(position), market)
}

/** The pools that were made here, so that one can be found again in the state of a chain. */
const made = new WeakMap<object, MockAaveV3>()

function marketOf(ledger: Ledger, adapter: AaveV3LendingAdapter): MockAaveV3 {
  const { market } = adapter
  const reserveOf = (asset: string): MockReserve.MockReserve => {
    const reserve = findReserve(ledger, asset)
    if (reserve !== undefined) return reserve
    throw new UnknownMockAssetError({ asset, known: ledger.reserves.map(({ symbol }) => symbol) })
  }
  const changed = (next: Ledger): MockAaveV3 => marketOf(next, adapter)
  const withChanges: MockAaveV3['withReserve'] = (symbol, changes) => {
    const { id, symbol: own, options } = reserveOf(symbol)
    return changed(withReserve(ledger, MockReserve.make(ledger, id, own, { ...options, ...changes })))
  }
  const assets: readonly Asset[] = ledger.reserves.map(({ asset, symbol, decimals }) => ({
    chainId: ledger.chainId,
    address: asset,
    symbol,
    decimals,
  }))
  // Made when it is first asked: a thousand positions are a thousand pools, of which one is.
  let contracts: MockContracts | undefined
  const aave: MockAaveV3 = {
    key: market.key,
    market,
    adapter,
    assets,
    addresses: addressesOf(ledger),
    contracts: () => {
      contracts ??= contractsOf(ledger)
      return contracts
    },
    execute: (transaction, _, at): MockEffects | undefined => {
      const executed = execute(ledger, transaction, at)
      return executed === undefined ? undefined : { ...executed, parts: [changed(executed.ledger)] }
    },
    withPrice: (asset, price) => {
      const isSilent = reserveOf(asset).priceUpdatedAt === 'unknown'
      return withChanges(asset, { price, priceUpdatedAt: isSilent ? 'unknown' : undefined })
    },
    withReserve: withChanges,
    withPosition: (position) => changed(withPosition(ledger, position, reserveOf)),
    withSupply: (owner, asset, amount) => changed(Actions.supply(ledger, owner, reserveOf(asset), amount)),
    withWithdrawal: (owner, asset, amount) => changed(Actions.withdraw(ledger, owner, reserveOf(asset), amount)),
    withRepayment: (owner, asset, amount) => changed(Actions.repay(ledger, owner, reserveOf(asset), amount).ledger),
    withTokens: (holder, asset, amount) => changed(Actions.withTokens(ledger, holder, reserveOf(asset), amount)),
    withSpending: ({ holder, spender, asset, amount }) =>
      changed(Actions.spend(ledger, holder, spender, reserveOf(asset), amount)),
    suppliedOf: (owner, asset) => suppliedOf(ledger, owner, reserveOf(asset)),
    borrowedOf: (owner, asset) => borrowedOf(ledger, owner, reserveOf(asset)),
    tokensOf: (holder, asset) => tokensOf(ledger, asset, holder),
    healthOf: (owner) => AccountData.of(ledger, owner).healthFactor,
    isCollateral: (owner, asset) => UserBits.isCollateral(userOf(ledger, owner).configuration, reserveOf(asset).id),
    pulling: {
      receiptOf: (owner, asset, spender) => {
        const reserve = reserveOf(asset)
        const allowance = ledger.allowances.get(keyOf(reserve.aToken, owner, spender)) ?? 0n
        return { token: reserve.aToken, balance: suppliedOf(ledger, owner, reserve), allowance }
      },
      withAllowance: (owner, asset, spender, amount) =>
        changed(Permit.allow(ledger, reserveOf(asset).aToken, owner, spender, amount)),
      withPermit: (asset, permit, at) => changed(Permit.use(ledger, reserveOf(asset), permit, at)),
    },
    in: (state) => {
      const part = state.get(market.key)
      return (part === undefined ? undefined : made.get(part)) ?? aave
    },
  }
  made.set(aave, aave)
  return aave
}

function contractsOf(ledger: Ledger): MockContracts {
  const { pool, provider, strategies } = mockPoolContracts(ledger)
  return {
    ...mockTokenContracts(ledger),
    ...mockOracleContracts(ledger),
    ...strategies,
    [ledger.addressesProvider]: provider,
    [ledger.pool]: pool,
  }
}

function addressesOf({ pool, addressesProvider, oracle, reserves }: Ledger): MockAaveV3['addresses'] {
  return { pool, addressesProvider, oracle, reserves: Object.fromEntries(reserves.map((one) => [one.symbol, one])) }
}

/** Whatever the pool would say to it: a test may put anybody into any trouble. */
function withPosition(
  ledger: Ledger,
  { owner, supply = {}, borrow = {}, eMode, collateral }: MockAaveV3Position,
  reserveOf: (asset: string) => MockReserve.MockReserve,
): Ledger {
  if (!isAddress(owner, { strict: false })) throw new InvalidAddressError({ parameter: 'owner', value: owner })
  const { eMode: before } = userOf(ledger, owner)
  let next = withUser(ledger, owner, { eMode: eMode ?? before, configuration: 0n, supplied: {}, borrowed: {} })
  for (const [asset, amount] of Object.entries(supply)) {
    const reserve = reserveOf(asset)
    const units = toBaseUnits(amount, reserve.decimals)
    if (units > 0n) next = Actions.credit(next, owner, reserve, units)
  }
  for (const [asset, amount] of Object.entries(borrow)) {
    const reserve = reserveOf(asset)
    const units = toBaseUnits(amount, reserve.decimals)
    if (units > 0n) next = Actions.debit(next, owner, reserve, units)
  }
  if (collateral === undefined) return next
  const chosen = new Set(collateral.map((asset) => reserveOf(asset).id))
  const user = userOf(next, owner)
  const configuration = next.reserves.reduce(
    (bits, { id }) => UserBits.set(bits, id, { isCollateral: chosen.has(id) && (user.supplied[id] ?? 0n) > 0n }),
    user.configuration,
  )
  return withUser(next, owner, { ...user, configuration })
}
