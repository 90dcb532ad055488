// vaultLoans.ts
import {
  type Address,
  type Asset,
  issueOf,
  type LendingAdapter,
  type Market,
  type MarketState,
  type PositionFacts,
  type Quantity,
  Read,
  type ReadResult,
  type Reserve,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { erc20Abi, erc4626Abi, getAddress } from 'viem'
import { vaultLending } from './vaultLending.ts'
import { NoSuchTokenError, poolAbi, vaultRule, withAmounts } from './vaultPool.ts'

/** What seldom changes: the tokens. */
export type VaultTokens = { readonly shares: Asset; readonly asset: Asset }

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
