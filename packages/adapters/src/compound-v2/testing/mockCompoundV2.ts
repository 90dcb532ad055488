import { type Address, InvalidAddressError, type Reserve, Wad } from '@unimargin/sdk'
import {
  type MockAmount,
  type MockEffects,
  type MockMarket,
  type MockPosition,
  type MockState,
  mockAddress,
  toBaseUnits,
  UnknownMockAssetError,
} from '@unimargin/sdk/testing'
import { getAddress, isAddress, maxUint256 } from 'viem'
import { type CompoundV2LendingAdapter, type CompoundV2Parameters, compoundV2 } from '../compoundV2.ts'
import { compoundV2Lending } from '../lending.ts'
import * as Actions from './Actions.ts'
import { execute } from './execute.ts'
import {
  accountOf,
  findToken,
  holdingOf,
  isMember,
  type Ledger,
  owedOf,
  sharesOf,
  suppliedOf,
  userOf,
  withToken,
  withUser,
} from './Ledger.ts'
import * as MockToken from './MockToken.ts'
import { mockContracts } from './mockContracts.ts'

/** A mocked Comptroller, in a few words. */
export type MockCompoundV2Options = Omit<CompoundV2Parameters, 'comptroller' | 'flavour' | 'coin' | 'lending'> & {
  /** Made of chain and name unless told. */
  readonly comptroller?: Address | undefined
  /** `venus-isolated` unless told. */
  readonly flavour?: CompoundV2Parameters['flavour'] | undefined
  /** By symbol. */
  readonly reserves: Readonly<Record<string, MockToken.MockTokenOptions>>
  readonly positions?: readonly MockCompoundV2Position[] | undefined
  /** `'0.5'` unless told. */
  readonly closeFactor?: string | undefined
  /** What a liquidator gets for one that is repaid; `'1.1'` unless told. */
  readonly liquidationIncentive?: string | undefined
  /** Of Venus, US dollars: nobody with no more collateral is liquidated by a single debt; none unless told. */
  readonly minLiquidatableCollateral?: string | undefined
}

/** What an owner has. It replaces what the owner had. */
export type MockCompoundV2Position = MockPosition & {
  /** Symbols or addresses that the owner has entered besides what is borrowed; all that is supplied unless told. */
  readonly entered?: readonly string[] | undefined
}

/** A mocked Comptroller and its tokens. Each change gives a new one, to be put into a chain by `chain.update(…)`. */
export interface MockCompoundV2 extends MockMarket {
  /** Reads it. */
  readonly adapter: CompoundV2LendingAdapter
  readonly addresses: {
    readonly comptroller: Address
    readonly oracle: Address
    readonly reserves: Readonly<Record<string, Pick<MockToken.MockToken, 'asset' | 'token'>>>
  }
  readonly withPrice: (asset: string, price: MockAmount) => MockCompoundV2
  readonly withPosition: (position: MockCompoundV2Position) => MockCompoundV2
  readonly withSupply: (owner: Address, asset: Address, amount: bigint) => MockCompoundV2
  readonly withWithdrawal: (owner: Address, asset: Address, amount: bigint) => MockCompoundV2
  readonly withRepayment: (owner: Address, asset: Address, amount: bigint) => MockCompoundV2
  readonly withTokens: (holder: Address, asset: Address, amount: bigint) => MockCompoundV2
  readonly healthOf: (owner: Address) => bigint
  readonly isCollateral: (owner: Address, asset: Address) => boolean
  /** A market by symbol with some of its options changed: paused, a cap, the time of its last accrual. */
  readonly withReserve: (symbol: string, changes: Partial<MockToken.MockTokenOptions>) => MockCompoundV2
  /** Base units that an owner owes of an asset, as of its last accrual. */
  readonly borrowedOf: (owner: Address, asset: Address) => bigint
  /** Base units of an asset that a holder has outside of the protocol. */
  readonly tokensOf: (holder: Address, asset: Address) => bigint
  /** This market as it stands in the state of a chain. */
  readonly in: (state: MockState) => MockCompoundV2
}

/**
 * A mocked Comptroller of the Compound V2 family for `mockChain`, with its tokens, oracle and assets: it answers all that
 * `compoundV2` reads, counts interest from `accruedAt` on as the tokens do, and refuses what Venus refuses. Flavours other than
 * Venus revert here too where they would answer with an error code.
 *
 * @throws InvalidAddressError when the Comptroller, an asset or an owner is no address.
 * @throws InvalidDecimalError when a text is no number, or has more digits than its unit.
 * @throws OutOfRangeError when a ratio is above one, or a number is negative.
 *
 * @example
 * import { mockCompoundV2 } from '@unimargin/adapters/compound-v2/testing'
 *
 * const venus = mockCompoundV2({
 *   chainId: 42161,
 *   reserves: {
 *     WETH: { price: '3000', liquidationThreshold: '0.8', collateralFactor: '0.75' },
 *     USDC: { price: '1', decimals: 6, liquidationThreshold: '0.8', borrowRate: '0.05' },
 *   },
 *   positions: [
 *     { owner: '0x2222222222222222222222222222222222222222', supply: { WETH: '1.5' }, borrow: { USDC: '1200' } },
 *   ],
 * })
 * venus.healthOf('0x2222222222222222222222222222222222222222') // 3e18
 */
export function mockCompoundV2(options: MockCompoundV2Options): MockCompoundV2 {
  const { chainId, reserves, positions = [], flavour = 'venus-isolated' } = options
  const name = options.name ?? `Mock ${chainId}`
  const given = options.comptroller ?? mockAddress(`compound-v2:${chainId}:${name}:comptroller`)
  const blocksPerYear = options.blocksPerYear ?? MockToken.SLOTS_PER_YEAR
  if (!isAddress(given)) throw new InvalidAddressError({ parameter: 'comptroller', value: given })
  const comptroller = getAddress(given)
  const where = `compound-v2:${chainId}:${comptroller}`
  const tokens = Object.entries(reserves).map(([symbol, token]) => MockToken.make(where, symbol, token))
  const coin = tokens.find((token) => token.options.isCoin)
  const adapter = compoundV2({
    ...options,
    blocksPerYear,
    flavour,
    name,
    comptroller,
    coin,
    lending: compoundV2Lending,
  })
  for (const { address } of Object.values(reserves)) {
    if (address !== undefined && !isAddress(address, { strict: false })) {
      throw new InvalidAddressError({ parameter: 'address', value: address })
    }
  }
  const empty: Ledger = {
    where,
    chainId,
    comptroller,
    oracle: mockAddress(`${where}:oracle`),
    flavour,
    closeFactor: Wad.fromDecimal(options.closeFactor ?? '0.5'),
    incentive: Wad.fromDecimal(options.liquidationIncentive ?? '1.1'),
    leastCollateral: Wad.fromDecimal(options.minLiquidatableCollateral ?? '0'),
    tokens,
    users: new Map(),
    allowances: new Map(),
    holdings: new Map(),
    delegates: new Set(),
  }
  const market = marketOf(empty, adapter)
  return positions.reduce<MockCompoundV2>((current, position) => current.withPosition(position), market)
}

/** The markets that were made here, so that one can be found again in the state of a chain. */
const made = new WeakMap<object, MockCompoundV2>()

function marketOf(ledger: Ledger, adapter: CompoundV2LendingAdapter): MockCompoundV2 {
  const { market } = adapter
  const tokenOf = (asset: string): MockToken.MockToken => {
    const token = findToken(ledger, asset)
    if (token !== undefined) return token
    throw new UnknownMockAssetError({ asset, known: ledger.tokens.map(({ symbol }) => symbol) })
  }
  const changed = (next: Ledger): MockCompoundV2 => marketOf(next, adapter)
  const withReserve: MockCompoundV2['withReserve'] = (symbol, changes) =>
    changed(withToken(ledger, MockToken.changed(ledger.where, tokenOf(symbol), changes)))
  const assets: readonly Reserve['asset'][] = ledger.tokens.map(({ asset, symbol, decimals }) => ({
    chainId: ledger.chainId,
    address: asset,
    symbol,
    decimals,
  }))
  const mock: MockCompoundV2 = {
    key: market.key,
    market,
    adapter,
    assets,
    addresses: {
      comptroller: ledger.comptroller,
      oracle: ledger.oracle,
      reserves: Object.fromEntries(ledger.tokens.map(({ symbol, asset, token }) => [symbol, { asset, token }])),
    },
    contracts: (at) => mockContracts(ledger, at),
    execute: (transaction, _, at): MockEffects | undefined => {
      const executed = execute(ledger, transaction, at)
      return executed === undefined ? undefined : { parts: [changed(executed)] }
    },
    withPrice: (asset, price) => withReserve(asset, { price }),
    withReserve,
    withPosition: (position) => changed(withPosition(ledger, position, tokenOf)),
    withSupply: (owner, asset, amount) => changed(Actions.supply(ledger, owner, tokenOf(asset), amount)),
    withWithdrawal: (owner, asset, amount) => changed(Actions.withdraw(ledger, owner, tokenOf(asset), amount)),
    withRepayment: (owner, asset, amount) => changed(Actions.repay(ledger, owner, tokenOf(asset), amount).ledger),
    withTokens: (holder, asset, amount) => changed(Actions.withHolding(ledger, tokenOf(asset).asset, holder, amount)),
    suppliedOf: (owner, asset) => suppliedOf(ledger, owner, tokenOf(asset)),
    borrowedOf: (owner, asset) => owedOf(ledger, owner, tokenOf(asset)),
    tokensOf: (holder, asset) => holdingOf(ledger, tokenOf(asset).asset, holder),
    healthOf: (owner) => {
      const account = accountOf(ledger, owner, 'liquidationThreshold')
      if (account === undefined) return 0n
      return account.owed === 0n ? maxUint256 : Wad.divDown(account.weighted, account.owed)
    },
    isCollateral: (owner, asset) => isMember(ledger, owner, tokenOf(asset)),
    in: (state) => {
      const part = state.get(market.key)
      return (part === undefined ? undefined : made.get(part)) ?? mock
    },
  }
  made.set(mock, mock)
  return mock
}

/** Whatever the protocol would say to it: a test may put anybody into any trouble. */
function withPosition(
  ledger: Ledger,
  { owner, supply = {}, borrow = {}, entered = Object.keys(supply) }: MockCompoundV2Position,
  tokenOf: (asset: string) => MockToken.MockToken,
): Ledger {
  if (!isAddress(owner, { strict: false })) throw new InvalidAddressError({ parameter: 'owner', value: owner })
  const fresh = (next: Ledger, { token }: MockToken.MockToken) => findToken(next, token) ?? tokenOf(token)
  let next = ledger
  for (const token of ledger.tokens) {
    next = Actions.debit(next, owner, fresh(next, token), -owedOf(next, owner, token))
    const now = fresh(next, token)
    if (sharesOf(next, owner, now) > 0n) next = Actions.withShares(next, owner, now, 0n, -suppliedOf(next, owner, now))
  }
  next = withUser(next, owner, { entered: [], shares: {}, debts: {} })
  for (const [asset, amount] of Object.entries(supply)) {
    const token = fresh(next, tokenOf(asset))
    next = Actions.credit(next, owner, token, toBaseUnits(amount, token.decimals))
  }
  for (const [asset, amount] of Object.entries(borrow)) {
    const token = fresh(next, tokenOf(asset))
    next = Actions.debit(next, owner, token, toBaseUnits(amount, token.decimals))
  }
  const members = [...entered, ...Object.keys(borrow)].map((asset) => tokenOf(asset).token)
  return withUser(next, owner, { ...userOf(next, owner), entered: [...new Set(members)] })
}
