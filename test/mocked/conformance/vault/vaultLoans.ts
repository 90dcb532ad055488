// vaultLoans.ts
import {
  type Address,
  type Asset,
  BaseError,
  issueOf,
  type LendingAdapter,
  type LiquidationRule,
  type Market,
  type MarketState,
  MulDiv,
  type PositionFacts,
  type Quantity,
  Read,
  type ReadResult,
  type Reserve,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { erc20Abi, erc4626Abi, getAddress, parseAbi } from 'viem'
import { vaultLending } from './vaultLending.ts'

/** A pool that lends a vault's asset against the vault's shares, in base units. */
export const poolAbi = parseAbi([
  'function vault() view returns (address)',
  'function loanToValue() view returns (uint256)',
  'function sharesOf(address owner) view returns (uint256)',
  'function debtOf(address owner) view returns (uint256)',
  'function healthOf(address owner) view returns (uint256)',
  'function deposit(uint256 shares, address owner)',
  'function withdraw(uint256 shares)',
  'function borrow(uint256 assets)',
  'function repay(uint256 assets, address owner)',
])

/** What seldom changes: the tokens. */
export type VaultTokens = { readonly shares: Asset; readonly asset: Asset }

/** The pool's own arithmetic: shares are worth what the vault would pay, rounded down; debts are rounded up. */
export const vaultRule: LiquidationRule = {
  key: 'vault-loans/1',
  valueOf: ({ amount, price, decimals, side }) =>
    (side === 'debt' ? MulDiv.up : MulDiv.down)(amount, price, 10n ** BigInt(decimals)),
  assess: ({ collateral, debt }) => {
    let collateralValue = 0n
    let weightedCollateral = 0n
    for (const { amount, price, asset, liquidationThreshold } of collateral) {
      const value = vaultRule.valueOf({ amount, price, decimals: asset.decimals })
      collateralValue += value
      weightedCollateral += Wad.mulDown(value, liquidationThreshold)
    }
    let debtValue = 0n
    for (const { amount, price, asset } of debt) {
      debtValue += vaultRule.valueOf({ amount, price, decimals: asset.decimals, side: 'debt' })
    }
    return {
      collateralValue,
      debtValue,
      weightedCollateral,
      weightedDebt: debtValue,
      health:
        debtValue === 0n
          ? { status: 'no-debt' }
          : { status: 'known', factor: Wad.divDown(weightedCollateral, debtValue) },
    }
  },
}

/** The adapter of one such pool. Reads nothing by itself. */
export function vaultLoans(parameters: {
  readonly chainId: number
  readonly pool: Address
}): LendingAdapter<VaultTokens> {
  const { chainId } = parameters
  const pool = getAddress(parameters.pool)
  const market: Market = {
    key: `vault-loans:${chainId}:${pool.toLowerCase()}`,
    protocol: 'vault-loans',
    chainId,
    id: pool,
    name: 'Vault loans',
  }
  return {
    market,
    rules: { [vaultRule.key]: vaultRule },
    metadata: { ttl: 3_600, read: readTokens(chainId, pool) },
    state: (tokens, owners) => readState(market, pool, tokens, owners),
    lending: vaultLending(pool),
  }
}

/** The vault, then its asset: each step costs a request, but only once an hour. */
function readTokens(chainId: number, pool: Address): Read.Read<VaultTokens> {
  return Read.andThen(Read.call({ to: pool, abi: poolAbi, functionName: 'vault' }), (vault) =>
    Read.andThen(Read.call({ to: vault, abi: erc4626Abi, functionName: 'asset' }), (asset) =>
      Read.map(Read.all([readToken(chainId, vault), readToken(chainId, asset)]), ([shares, asset]) => ({
        shares,
        asset,
      })),
    ),
  )
}

function readToken(chainId: number, address: Address): Read.Read<Asset> {
  const read = Read.all([
    Read.call({ to: address, abi: erc20Abi, functionName: 'symbol' }),
    Read.call({ to: address, abi: erc20Abi, functionName: 'decimals' }),
  ])
  return Read.andThen(read, ([symbol, decimals]) =>
    decimals > 36 || !/^[\x21-\x7e]{1,32}$/.test(symbol)
      ? Read.fail({ status: 'unavailable', reason: `the token ${address} is none that can be shown` })
      : Read.succeed({ chainId, address, symbol, decimals }),
  )
}

/** All that may change with a block, in one step. */
function readState(market: Market, pool: Address, tokens: VaultTokens, owners: readonly Address[]) {
  const { shares, asset } = tokens
  const whole = 10n ** BigInt(shares.decimals)
  const shared = Read.all([
    Read.call({ to: pool, abi: poolAbi, functionName: 'vault' }),
    Read.call({ to: pool, abi: poolAbi, functionName: 'loanToValue' }),
    // Each of these may fail alone: what it was for is unknown then.
    Read.settle(Read.call({ to: shares.address, abi: erc4626Abi, functionName: 'convertToAssets', args: [whole] })),
    Read.settle(Read.call({ to: asset.address, abi: erc20Abi, functionName: 'balanceOf', args: [pool] })),
  ])
  const state = Read.andThen(shared, ([vault, loanToValue, price, cash]) => {
    if (vault !== shares.address) {
      return Read.fail({ status: 'unavailable', reason: `metadata is stale: the vault is ${vault} now` })
    }
    if (loanToValue > Wad.WAD) return Read.fail({ status: 'unavailable', reason: `it lends ${loanToValue} of one` })
    const perAsset = 10n ** BigInt(asset.decimals)
    const inWad = (assets: bigint) => (assets * Wad.WAD) / perAsset
    return Read.succeed(
      stateOf(market, tokens, {
        loanToValue,
        price: quantityOf(price, { market, path: `reserves.${shares.symbol}.price` }, inWad),
        cash: quantityOf(cash, { market, path: `reserves.${asset.symbol}.availableLiquidity` }),
      }),
    )
  })
  // A reading whose answers did not change is the same value again: `mapEach` sees to that for each owner alone.
  const read = Read.mapEach(
    state,
    owners.map((owner) =>
      Read.all([
        Read.settle(Read.call({ to: pool, abi: poolAbi, functionName: 'sharesOf', args: [owner] })),
        Read.settle(Read.call({ to: pool, abi: poolAbi, functionName: 'debtOf', args: [owner] })),
      ]),
    ),
    (state, [held, owed], index): ReadResult<PositionFacts> => ({
      status: 'ok',
      value: positionOf(state, owners[index] ?? pool, held, owed),
    }),
  )
  return Read.map(read, ([state, positions]) => ({ state, positions }))
}

function stateOf(
  market: Market,
  { shares, asset }: VaultTokens,
  { loanToValue, price, cash }: { readonly loanToValue: bigint; readonly price: Quantity; readonly cash: Quantity },
): MarketState {
  const common = {
    liquidationBonus: Wad.fromDecimal('0.05'),
    supplyRoom: undefined,
    borrowRoom: undefined,
    supplyRate: 0n,
    borrowRate: 0n,
    withdrawBlockedBy: [],
  }
  const reserves: readonly Reserve[] = [
    {
      ...common,
      asset: shares,
      price,
      liquidationThreshold: loanToValue,
      loanToValue,
      availableLiquidity: 0n,
      supplyBlockedBy: [],
      borrowBlockedBy: ['borrowing-disabled'],
    },
    {
      ...common,
      asset,
      price: Wad.WAD,
      liquidationThreshold: 0n,
      loanToValue: 0n,
      availableLiquidity: cash,
      supplyBlockedBy: ['inactive'],
      borrowBlockedBy: [],
    },
  ]
  // The pool counts in the vault's asset. What that is worth in dollars it does not know.
  const place = { chainId: market.chainId, market: market.key, path: 'unit.price' }
  const price$ = unknown(issueOf({ status: 'unavailable', reason: 'no price in dollars is configured' }, place))
  return { market, reserves, unit: { symbol: asset.symbol, asset, price: price$ } }
}

function positionOf(
  { market, reserves, unit }: MarketState,
  owner: Address,
  held: ReadResult<bigint>,
  owed: ReadResult<bigint>,
): PositionFacts {
  const [shares, asset] = reserves
  if (shares === undefined || asset === undefined) throw new NoSuchTokenError(market.id)
  const supplied = quantityOf(held, { market, owner, path: `positions.${shares.asset.symbol}.supplied` })
  const debt = quantityOf(owed, { market, owner, path: `positions.${asset.asset.symbol}.debt` })
  return withAmounts({ owner, rule: vaultRule.key, collateral: [], debt: [], details: {}, unit }, reserves, {
    supplied,
    debt,
  })
}

/** A position with these amounts. Nothing is no leg, and unknown is not nothing. */
export function withAmounts(
  facts: PositionFacts,
  [shares, asset]: MarketState['reserves'],
  { supplied, debt }: { readonly supplied: Quantity; readonly debt: Quantity },
): PositionFacts {
  const legOf = ({ asset, price }: Reserve, amount: Quantity, side: 'collateral' | 'debt') => {
    const value =
      typeof amount !== 'bigint'
        ? amount
        : typeof price !== 'bigint'
          ? price
          : vaultRule.valueOf({ amount, price, decimals: asset.decimals, side })
    return { asset, amount, price, value }
  }
  const terms = (reserve: Reserve) => ({
    isCollateral: true,
    liquidationThreshold: reserve.liquidationThreshold,
    loanToValue: reserve.loanToValue,
  })
  return {
    ...facts,
    collateral:
      shares === undefined || supplied === 0n ? [] : [{ ...legOf(shares, supplied, 'collateral'), ...terms(shares) }],
    debt: asset === undefined || debt === 0n ? [] : [{ ...legOf(asset, debt, 'debt'), liabilityWeight: Wad.WAD }],
  }
}

/** Above, no number is an amount: a broken node says such things. */
const MAX_AMOUNT = 2n ** 128n - 1n

/** A number that was read, or the reason why it is unknown, and where it belongs. */
function quantityOf(
  result: ReadResult<bigint>,
  { market, owner, path }: { readonly market: Market; readonly owner?: Address; readonly path: string },
  change: (value: bigint) => bigint = (value) => value,
): Quantity {
  const place = { chainId: market.chainId, market: market.key, owner, path }
  if (result.status !== 'ok') return unknown(issueOf(result, place))
  const value = change(result.value)
  if (value <= MAX_AMOUNT) return value
  return unknown(issueOf({ status: 'unavailable', reason: `${result.value} is too large to be true` }, place))
}

/** The pool knows two tokens, and this is neither. */
export class NoSuchTokenError extends BaseError {
  override readonly name = 'NoSuchTokenError'
  constructor(asset: string) {
    super('The pool does not do that with this token.', {
      facts: { Token: asset },
      action: "Supply and withdraw the vault's shares; borrow and repay the vault's asset.",
    })
  }
}
